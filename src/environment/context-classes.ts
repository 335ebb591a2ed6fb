import {
  type AuthenticationContextClass,
  authenticationContextClasses,
} from '../protocol/authentication-methods.ts'
import type { Settings } from '../protocol/settings.ts'

/** Authentication context classes that a sign-in can reach, with these settings; the weakest first. */
export const attainableContextClasses = ({
  standaloneLoginUri,
  passkeys,
  secondFactor,
}: Pick<
  Settings,
  'standaloneLoginUri' | 'passkeys' | 'secondFactor'
>): readonly AuthenticationContextClass[] =>
  authenticationContextClasses.filter((contextClass) => {
    if (contextClass === 'urn:latchkey:acr:single-factor') return true
    // How somebody signs in at the operator's own page, it does not say.
    if (standaloneLoginUri !== null) return false
    return passkeys || (contextClass !== 'phr' && secondFactor !== 'off')
  })
