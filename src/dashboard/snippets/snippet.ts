import type { ApplicationObject } from '../../objects/application.ts'

/*
 * Code that people copy. Each is a function of what it is for, so that it runs as it stands: the tests run it. Secrets are
 * not in it, for we do not know them: it reads them from its environment.
 */

export interface Snippet {
  /** In the address of the page. */
  readonly id: string
  readonly label: string
  /** What it does, in a sentence. */
  readonly about: string
  /** What brings the library; undefined: nothing is needed. */
  readonly install: string | undefined
  readonly file: string
  readonly code: string
}

/** What the code of an application needs to know. */
export interface Integration {
  readonly issuer: string
  readonly clientId: string
  /** Undefined: keeps no secret. */
  readonly secretVariable: 'CLIENT_SECRET' | undefined
  readonly redirectUri: string
  readonly scopes: readonly string[]
  /** Of its access tokens, unless it asks for a resource. */
  readonly audience: string
  readonly tokenType: 'at+jwt' | 'JWT'
}

/** With the reason why its redirect URI is an example, if it is one. */
export type PlacedIntegration = Integration & {
  readonly exampleBecause: 'none_of_web' | 'none_plain' | undefined
}

/** Where none is registered that a server on this machine or in the web could answer at. */
const EXAMPLE_REDIRECT_URI = 'https://app.example.com/callback'

/**
 * What stands in a snippet is pasted into shells and programs, and clients that register themselves choose what they are
 * called: only what ends no string and begins no expression in any of the languages goes in.
 */
const PLAIN = /^[\w.~:/?&=*-]+$/

/** What a redirect URI may have besides, which is quoted as each language has it: none of it means anything in double quotes. */
const QUOTABLE = /^[\w.~:/?&=*+;,'-]+$/

/** What frameworks take for a path, and not for a pattern; but for the plus sign, which is escaped. */
const QUOTABLE_PATH = /^\/[\w.~/=+;,'-]*$/

const isOfWeb = (uri: string): boolean => /^https?:$/.test(URL.parse(uri)?.protocol ?? '')

const isUsable = (uri: string): boolean =>
  QUOTABLE.test(uri) && isOfWeb(uri) && QUOTABLE_PATH.test(new URL(uri).pathname)

/** @returns undefined for a client whose ID cannot stand in code. */
export const integrationOf = (
  application: ApplicationObject,
  server: Pick<Integration, 'issuer' | 'audience' | 'tokenType'>,
): PlacedIntegration | undefined => {
  if (!PLAIN.test(application.client_id)) return undefined
  const ofUsers = application.application_type === 'oauth' ? application : undefined
  const registered = (ofUsers?.redirect_uris ?? []).map(({ uri }) => uri)
  const redirectUri = registered.find(isUsable)
  const scopes = application.scopes.filter((scope) => PLAIN.test(scope))
  return {
    ...server,
    clientId: application.client_id,
    secretVariable: ofUsers?.uses_pkce ? undefined : 'CLIENT_SECRET',
    redirectUri: redirectUri ?? EXAMPLE_REDIRECT_URI,
    exampleBecause:
      ofUsers === undefined || redirectUri !== undefined
        ? undefined
        : registered.some(isOfWeb)
          ? 'none_plain'
          : 'none_of_web',
    scopes: ofUsers ? [...new Set(['openid', 'profile', 'email', ...scopes])] : scopes,
  }
}

/** Where a program listens that answers at its redirect URI, perhaps behind a proxy. */
export const listeningAt = ({ redirectUri }: Pick<Integration, 'redirectUri'>) => {
  const { port, pathname } = new URL(redirectUri)
  return { port: port === '' ? '3000' : port, pathname }
}

/** Of text without a backslash, in single quotes as JavaScript and Ruby have them. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`

/** In single quotes of a shell, in which nothing has a meaning, and which are left for each that is part of the text. */
export const quotedForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The path where Express answers, in which a plus sign is one of a pattern. */
export const expressPath = (pathname: string): string => quoted(pathname).replaceAll('+', '\\\\+')

export const isPlainHttp = ({ issuer }: Pick<Integration, 'issuer'>): boolean => issuer.startsWith('http:')

/** Lines, without those that are absent. */
export const lines = (...each: readonly (string | false | undefined)[]): string =>
  each.filter((line) => typeof line === 'string').join('\n')
