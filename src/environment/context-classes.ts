import {
  type AuthenticationContextClass,
  authenticationContextClasses,
} from '../protocol/authentication-methods.ts'
import type { Settings } from '../protocol/settings.ts'

/** Authentication context classes that a sign-in can reach, with these settings; the weakest first. */
export const attainableContextClasses = ({
  standaloneLoginUri,
}: Pick<Settings, 'standaloneLoginUri'>): readonly AuthenticationContextClass[] =>
  // How somebody signs in at the operator's own page, it does not say.
  standaloneLoginUri === null ? authenticationContextClasses : ['urn:latchkey:acr:single-factor']
