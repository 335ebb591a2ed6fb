import { z } from 'zod'
import { secondFactorRules } from '../protocol/settings.ts'

/** What can be set about passkeys and second factors. */
export const secondFactorSettings = {
  passkeys: z
    .boolean()
    .nullish()
    .describe(
      'Whether users may have passkeys, and sign in with them. Where the issuer is an IP address none can be.',
    ),
  second_factor: z
    .enum(secondFactorRules, { error: `must be one of ${secondFactorRules.join(', ')}` })
    .nullish()
    .describe(
      '`optional`: users may set up an authenticator app, and are asked for its codes from then on. `required`: whoever ' +
        'has no second factor sets one up when they sign in. `off`: nobody is asked for codes.',
    ),
} as const
