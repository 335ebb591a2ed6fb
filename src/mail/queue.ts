import { newUlid } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import type { Mail } from './mail.ts'

/** What a mail tells of a change is worth telling for so long. */
export const NOTICE_SECONDS = 24 * 3600

/**
 * Writes a mail down beside what it tells of; a job sends it. The content is sealed, since it holds codes.
 *
 * @param seconds how long it is worth sending.
 */
export type QueueMail = (
  stores: Pick<Stores, 'mails'>,
  queued: { readonly recipient: string; readonly mail: Mail; readonly seconds: number },
  now: Date,
) => Promise<void>

export const createQueueMail =
  ({ sealer, random }: { readonly sealer: Sealer; readonly random: Random }): QueueMail =>
  async (stores, { recipient, mail, seconds }, now) => {
    const id = newUlid(now, random)
    await stores.mails.insert({
      id,
      recipient,
      contentSealed: sealer.seal(JSON.stringify(mail), id),
      createdAt: now,
      expiresAt: addSeconds(now, seconds),
    })
  }
