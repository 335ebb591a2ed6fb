/*
 * How somebody signed in: the methods (amr, RFC 8176) and what they amount to (acr, OIDC Core §2).
 *
 * `pwd` a password; `otp` a code, by mail or of an authenticator app; `swk`, `hwk` a passkey that is synchronized, or bound
 * to a device; `user` that the passkey made sure of its user; `mfa` two factors.
 */

/**
 * Authentication context classes that we can vouch for, the weakest first. The first two are ours, since no registered
 * class says just this much; the last is that of the OpenID EAP ACR Values: resistant to phishing.
 */
export const authenticationContextClasses = [
  'urn:latchkey:acr:single-factor',
  'urn:latchkey:acr:multi-factor',
  'phr',
] as const

export type AuthenticationContextClass = (typeof authenticationContextClasses)[number]

/** Whether somebody who signed in by these methods is of that class, or of more. */
const reaches = (methods: readonly string[], contextClass: AuthenticationContextClass): boolean => {
  switch (contextClass) {
    case 'urn:latchkey:acr:single-factor':
      return true
    // A passkey that is verified here is two factors, and says so; one of elsewhere may be one.
    case 'urn:latchkey:acr:multi-factor':
      return methods.includes('mfa')
    case 'phr':
      return methods.includes('swk') || methods.includes('hwk')
  }
}

/** What a session's methods amount to: the last class that they reach. */
export const contextClassOf = (methods: readonly string[]): AuthenticationContextClass =>
  authenticationContextClasses.findLast((contextClass) => reaches(methods, contextClass)) ??
  'urn:latchkey:acr:single-factor'

/** What a request wants of the sign-in. */
export interface ContextDemand {
  /** Any of these will do; the preferred one first. */
  readonly contextClasses: readonly AuthenticationContextClass[]
  /** OIDC Core §5.5.1.1: not a wish; without it the sign-in has failed. */
  readonly isEssential: boolean
}

/** Whether somebody who signed in by these methods has done what is wanted. */
export const meets = (methods: readonly string[], demand: ContextDemand | undefined): boolean =>
  demand === undefined || demand.contextClasses.some((wanted) => reaches(methods, wanted))

/**
 * The class that a client is told of. OIDC Core §3.1.2.1, §5.5.1.1: of those it asked for the first that was reached, in
 * its order; a client that asked for one must not get another, if stronger. What it amounts to, where it asked for none.
 */
export const toldClassOf = (
  methods: readonly string[],
  asked: readonly AuthenticationContextClass[] = [],
): AuthenticationContextClass => asked.find((wanted) => reaches(methods, wanted)) ?? contextClassOf(methods)
