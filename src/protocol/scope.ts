import { invalidScope } from './error.ts'

/** RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/

/** OIDC Core §5.4, §11: open to every application; all others are permissions assigned to it. */
export const standardScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const

export type StandardScope = (typeof standardScopes)[number]

export const isStandardScope = (scope: string): scope is StandardScope =>
  (standardScopes as readonly string[]).includes(scope)

/**
 * The scope tokens of a `scope` parameter, each once, in the order given.
 *
 * @throws OAuthError invalid_scope if a token has characters outside RFC 6749 §3.3.
 */
export const parseScope = (text: string | undefined): string[] => {
  const tokens = [...new Set((text ?? '').split(' ').filter((token) => token !== ''))]
  if (!tokens.every((token) => SCOPE_TOKEN.test(token))) {
    throw invalidScope('The scope holds a character that is not allowed.', 'scope syntax')
  }
  return tokens
}

/** A scope as a log may hold it: whoever pastes a secret into the wrong parameter does not find it there. */
export const loggableScope = (scope: string): string =>
  /^[a-z0-9_:.*-]{1,48}$/.test(scope) ? scope : '(not the slug of a permission)'

export const printScope = (scopes: readonly string[]): string => scopes.join(' ')

/** The scopes of `wanted` that are not in `granted`. */
export const missingScopes = (wanted: readonly string[], granted: readonly string[]): string[] =>
  wanted.filter((scope) => !granted.includes(scope))
