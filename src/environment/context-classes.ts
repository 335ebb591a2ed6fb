import {
  type AuthenticationContextClass,
  authenticationContextClasses,
} from '../protocol/authentication-methods.ts'
import type { Settings } from '../protocol/settings.ts'

/**
 * Authentication context classes that a sign-in can reach, with these settings; the weakest first.
 *
 * @param isHere and not at a page of the operator's own: how somebody signs in there, it need not say.
 */
export const attainableContextClasses = (
  { passkeys, secondFactor }: Pick<Settings, 'passkeys' | 'secondFactor'>,
  isHere: boolean,
): readonly AuthenticationContextClass[] =>
  authenticationContextClasses.filter((contextClass) => {
    if (contextClass === 'urn:latchkey:acr:single-factor') return true
    return isHere && (passkeys || (contextClass !== 'phr' && secondFactor !== 'off'))
  })
