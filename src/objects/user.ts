import { z } from 'zod'
import type { UserRecord } from '../storage/stores/users.ts'
import { createdAndUpdated, instants, metadata, optionalInstant, timestamp } from './members.ts'

export const userSchema = z
  .object({
    object: z.literal('user'),
    id: z.string(),
    email: z.string(),
    email_verified: z.boolean(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    name: z.string().nullable(),
    profile_picture_url: z.string().nullable(),
    last_sign_in_at: timestamp.nullable(),
    locale: z.string().nullable(),
    external_id: z.string().nullable(),
    metadata,
    ...createdAndUpdated,
  })
  .meta({ id: 'User' })

export type UserObject = z.infer<typeof userSchema>

export const userObject = (user: Omit<UserRecord, 'passwordHash' | 'passwordSetBy'>): UserObject => ({
  object: 'user',
  id: user.id,
  email: user.email,
  email_verified: user.emailVerified,
  first_name: user.firstName,
  last_name: user.lastName,
  name: user.name,
  profile_picture_url: user.pictureUrl,
  last_sign_in_at: optionalInstant(user.lastSignInAt),
  locale: user.locale,
  external_id: user.externalId,
  metadata: user.metadata,
  ...instants(user),
})
