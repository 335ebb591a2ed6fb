import { z } from 'zod'
import type { SessionRecord } from '../storage/stores/sessions.ts'
import { createdAndUpdated, optionalInstant, timestamp } from './members.ts'

export const sessionSchema = z
  .object({
    object: z.literal('session'),
    id: z.string(),
    user_id: z.string(),
    organization_id: z
      .string()
      .optional()
      .describe('The organization last chosen in this browser; absent if there is none.'),
    ip_address: z.string().nullable(),
    user_agent: z.string().nullable(),
    auth_method: z.enum(['password', 'passkey', 'magic_code', 'external_auth', 'unknown']),
    status: z.enum(['active', 'expired', 'revoked']),
    expires_at: timestamp,
    ended_at: timestamp.nullable(),
    ...createdAndUpdated,
  })
  .meta({ id: 'Session' })

export type SessionObject = z.infer<typeof sessionSchema>

/** RFC 8176 §2: by the first factor; what was added comes after it. How somebody signed in at the operator's own page is not known here. */
const authMethodOf = (amr: readonly string[]): SessionObject['auth_method'] => {
  const [first] = amr
  switch (first) {
    case undefined:
      return 'external_auth'
    case 'pwd':
      return 'password'
    case 'swk':
    case 'hwk':
      return 'passkey'
    case 'otp':
      return 'magic_code'
    default:
      return 'unknown'
  }
}

const objectOf = (session: SessionRecord): Omit<SessionObject, 'status' | 'ended_at'> => ({
  object: 'session',
  id: session.id,
  user_id: session.userId,
  ...(session.organizationId !== null && { organization_id: session.organizationId }),
  ip_address: session.ipAddress,
  user_agent: session.userAgent,
  auth_method: authMethodOf(session.amr),
  expires_at: session.expiresAt.toISOString(),
  created_at: session.createdAt.toISOString(),
  updated_at: (session.updatedAt ?? session.authenticatedAt).toISOString(),
})

/** Of a session that goes on. */
export const sessionObject = (session: SessionRecord): SessionObject => ({
  ...objectOf(session),
  status: 'active',
  ended_at: null,
})

/** Of one that was ended before its time. Nothing is kept of it but this, in its event. */
export const revokedSessionObject = (session: SessionRecord, now: Date): SessionObject => ({
  ...objectOf(session),
  status: 'revoked',
  ended_at: optionalInstant(now),
  updated_at: now.toISOString(),
})
