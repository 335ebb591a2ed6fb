import { z } from 'zod'
import type { UserRecord } from '../storage/stores/users.ts'
import { userObject } from './user.ts'

/** The standard claims of a user that WorkOS's user has no member for, under the names of OIDC Core §5.1. */
export const userClaimsSchema = z
  .object({
    object: z.literal('user_claims'),
    user_id: z.string(),
    middle_name: z.string(),
    nickname: z.string(),
    preferred_username: z.string(),
    profile: z.string(),
    picture: z.string().describe('What `profile_picture_url` of the user is.'),
    website: z.string(),
    gender: z.string(),
    birthdate: z.string(),
    zoneinfo: z.string(),
    phone_number: z.string(),
    phone_number_verified: z.boolean(),
    address: z
      .object({
        formatted: z.string(),
        street_address: z.string(),
        locality: z.string(),
        region: z.string(),
        postal_code: z.string(),
        country: z.string(),
      })
      .partial(),
  })
  .partial()
  .required({ object: true, user_id: true })
  .meta({ id: 'UserClaims' })

export type UserClaimsObject = z.infer<typeof userClaimsSchema>

export const userClaimsObject = ({ id, pictureUrl, claims }: UserRecord): UserClaimsObject => ({
  object: 'user_claims',
  user_id: id,
  ...claims,
  ...(pictureUrl !== null && { picture: pictureUrl }),
})

/**
 * A user with all that is kept of them, as events tell of it: WorkOS's user, whose readers pass over a member that they do
 * not know.
 */
export const userWithClaims = (user: UserRecord) => ({
  ...userObject(user),
  claims: userClaimsObject(user),
})

export type UserWithClaims = ReturnType<typeof userWithClaims>
