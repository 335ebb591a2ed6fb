import { z } from 'zod'
import type { TotpFactorRecord } from '../storage/stores/totp-factors.ts'
import { createdAndUpdated, instants } from './members.ts'

export const authenticationFactorSchema = z
  .object({
    object: z.literal('authentication_factor'),
    id: z.string(),
    type: z.literal('totp'),
    user_id: z.string(),
    totp: z.object({ issuer: z.string(), user: z.string() }).describe('What the authenticator app shows.'),
    ...createdAndUpdated,
  })
  .meta({ id: 'AuthenticationFactor' })

export type AuthenticationFactorObject = z.infer<typeof authenticationFactorSchema>

/** Never with its secret: whoever lists factors is not to be able to compute codes. */
export const authenticationFactorObject = (factor: TotpFactorRecord): AuthenticationFactorObject => ({
  object: 'authentication_factor',
  id: factor.id,
  type: 'totp',
  user_id: factor.userId,
  totp: { issuer: factor.issuer, user: factor.label },
  ...instants(factor),
})
