/**
 * Authentication context classes we can vouch for, the weakest first. Ours, since no registered one says just
 * this much (OIDC Core §2, acr).
 */
export const authenticationContextClasses = ['urn:latchkey:acr:single-factor'] as const

export type AuthenticationContextClass = (typeof authenticationContextClasses)[number]

/** What a session's methods amount to. */
export const contextClassOf = (_methods: readonly string[]): AuthenticationContextClass =>
  'urn:latchkey:acr:single-factor'
