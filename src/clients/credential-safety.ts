import type { ShownCredential } from '../objects/client-secret.ts'
import { addSeconds } from '../system/clock.ts'

/*
 * Whether a credential can be deleted without anybody noticing. Its uses and those of its siblings tell; a deployment
 * that runs once a month leaves no trace for a month, so the answer helps a person who knows what is deployed.
 *
 * | | safe | because |
 * |---|---|---|
 * | it has expired | yes | it authenticates nobody as it is |
 * | no sibling is in force | no | its application could not authenticate at all |
 * | it was used within a day | no | part of a deployment still holds it |
 * | it was never used, and made within a day | no | it may just be on its way into a deployment |
 * | no sibling in force was used since it last was (since it was made, if it never was) | no | nothing has taken over |
 * | otherwise | yes | it was never used, or its place has been taken |
 */

export const safetyReasons = [
  'expired',
  'only_one_in_force',
  'no_other_used_since',
  'used_recently',
  'created_recently',
  'never_used',
  'replaced',
] as const

export interface SafeToDelete {
  readonly safe: boolean
  readonly reason: (typeof safetyReasons)[number]
}

/** A deployment that rolls out over its machines is done by then. */
const RECENTLY_SECONDS = 24 * 3600

/** @param credentials all of the application, this one among them or not. */
export const safeToDelete = (
  credential: ShownCredential,
  credentials: readonly ShownCredential[],
  now: Date,
): SafeToDelete => {
  const { id, lastUsedAt, createdAt } = credential
  if (!isInForce(credential, now)) return { safe: true, reason: 'expired' }
  const siblings = credentials.filter((other) => other.id !== id && isInForce(other, now))
  if (siblings.length === 0) return { safe: false, reason: 'only_one_in_force' }

  const since = lastUsedAt ?? createdAt
  const isRecent = since > addSeconds(now, -RECENTLY_SECONDS)
  if (isRecent) return { safe: false, reason: lastUsedAt ? 'used_recently' : 'created_recently' }
  if (!siblings.some((other) => other.lastUsedAt !== null && other.lastUsedAt > since)) {
    return { safe: false, reason: 'no_other_used_since' }
  }
  return { safe: true, reason: lastUsedAt ? 'replaced' : 'never_used' }
}

const isInForce = ({ expiresAt }: ShownCredential, now: Date): boolean =>
  expiresAt === null || expiresAt > now
