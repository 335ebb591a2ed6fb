import { STRANGER_PUSHES_A_MINUTE } from './authorization/push-request.ts'
import { type RegistrationLimits, registrationLimits } from './clients/dynamic-registration.ts'
import { type DeviceLimits, deviceLimits } from './device-authorization/throttle.ts'
import { EXTERNAL_SIGN_INS_A_MINUTE } from './sessions/external-authentication.ts'
import { relaxedSignInLimits, type SignInLimits, signInLimits } from './sessions/sign-in-throttle.ts'

/*
 * How often a stranger may do what costs us something. Test environments may have them relaxed.
 */

export interface LimitOverrides {
  readonly signInLimits?: SignInLimits
  readonly deviceLimits?: DeviceLimits
  readonly registrationLimits?: Partial<RegistrationLimits>
}

export const limitsOf = (isRelaxed: boolean, overrides: LimitOverrides) => {
  const aMinute = (requests: number) => (isRelaxed ? 100 * requests : requests)
  return {
    signIn: overrides.signInLimits ?? (isRelaxed ? relaxedSignInLimits : signInLimits),
    devices: overrides.deviceLimits ?? deviceLimits,
    registration: { ...registrationLimits, ...overrides.registrationLimits },
    strangerPushesAMinute: aMinute(STRANGER_PUSHES_A_MINUTE),
    externalSignInsAMinute: aMinute(EXTERNAL_SIGN_INS_A_MINUTE),
  }
}
