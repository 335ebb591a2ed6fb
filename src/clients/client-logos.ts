import { MAXIMUM_IMAGE_BYTES, UnreadableImage } from '../images/image.ts'
import { readImage } from '../images/read-image.ts'
import type { UserId } from '../protocol/identifiers.ts'
import { logoPath } from '../protocol/paths.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { OutboundFailure, type OutboundFetch } from '../system/outbound-fetch.ts'
import { soonOr } from '../system/timer.ts'
import type { Client } from './client.ts'

/*
 * Logos that clients name by an address of theirs (RFC 7591 §2, OIDC Registration §2: logo_uri). We look there when a user
 * who has signed in is about to be shown one, at most once an hour, and show what we made of it from here: so the client
 * does not learn who looks, and pages load nothing from anywhere else (docs/decisions/0027).
 */

export interface ClientLogos {
  /** The path of the picture that this user is shown for the client, if there is one. Fails at nothing but the database. */
  find(client: Pick<Client, 'metadata'>, userId: UserId, now: Date): Promise<string | undefined>
  /** When nothing is being fetched any more. */
  settled(): Promise<void>
}

/** One that was there is looked at again after a day, one that was not after an hour. */
const FOUND_SECONDS = 24 * 3600
const MISSING_SECONDS = 3600

const TIMEOUT_MILLISECONDS = 4_000
/** A person waits for the page. */
const PATIENCE_MILLISECONDS = 1_500

/** New addresses, and those that are due again, in an hour: each may be a row and a picture. */
export const clientLogoLimits = { windowSeconds: 3600, perUser: 20, perEnvironment: 500 }

export const createClientLogos = ({
  stores,
  outboundFetch,
  onError,
  limits = clientLogoLimits,
  patienceMilliseconds = PATIENCE_MILLISECONDS,
}: {
  readonly stores: Pick<Stores, 'clientLogos' | 'logos' | 'rateLimits'>
  readonly outboundFetch: OutboundFetch
  readonly onError: (error: unknown) => void
  readonly limits?: typeof clientLogoLimits
  readonly patienceMilliseconds?: number | undefined
}): ClientLogos => {
  const fetches = new Set<Promise<unknown>>()

  const mayAsk = async (userId: UserId, now: Date): Promise<boolean> => {
    const { windowSeconds, perUser, perEnvironment } = limits
    const counters = [
      { keyHash: sha256(`client logo ${userId}`), windowSeconds, most: perUser },
      { keyHash: sha256('client logo environment'), windowSeconds, most: perEnvironment },
    ]
    const { exceeded } = await stores.rateLimits.countInTurn(counters, now)
    return exceeded === undefined
  }

  /** @returns the hash of what is there; null if there is no picture, undefined if nobody knows. */
  const ask = async (uri: string, now: Date): Promise<string | null | undefined> => {
    try {
      const { status, body } = await outboundFetch({
        method: 'GET',
        url: uri,
        headers: { accept: 'image/svg+xml, image/webp, image/png' },
        timeoutMilliseconds: TIMEOUT_MILLISECONDS,
        maximumBytes: MAXIMUM_IMAGE_BYTES,
      })
      // RFC 9110 §15.5.5, §15.5.11: gone. Anything else may pass, and says nothing of the picture.
      if (status === 404 || status === 410) return null
      if (status !== 200) return undefined
      const { type, content } = await readImage(body)
      const contentHash = sha256(content)
      await stores.logos.keep({ contentHash, contentType: type, content, createdAt: now })
      return contentHash
    } catch (error) {
      if (error instanceof UnreadableImage) return null
      if (error instanceof OutboundFailure) return undefined
      throw error
    }
  }

  const look = async (uri: string, known: string | null, claimedUntil: Date, now: Date) => {
    const found = await ask(uri, now)
    // While its server does not answer, or not with the picture, what it answered before is shown.
    const contentHash = found === undefined ? known : found
    const nextAttemptAt = addSeconds(now, found ? FOUND_SECONDS : MISSING_SECONDS)
    await stores.clientLogos.found(sha256(uri), claimedUntil, { contentHash, nextAttemptAt })
    return contentHash
  }

  /** Goes on though nobody waits for it. */
  const lookMeanwhile = (...asked: Parameters<typeof look>): Promise<string | null> => {
    const looking = look(...asked)
      .catch((error: unknown) => {
        onError(error)
        return null
      })
      .finally(() => fetches.delete(looking))
    fetches.add(looking)
    return looking
  }

  return {
    find: async ({ metadata: { logo_uri: uri } }, userId, now) => {
      if (uri === undefined) return undefined
      const uriHash = sha256(uri)
      const row = await stores.clientLogos.find(uriHash)
      const known = row?.contentHash ?? null
      const isDue = !row || row.nextAttemptAt <= now
      const claimedUntil = addSeconds(now, MISSING_SECONDS)
      const mayLook =
        isDue && (await mayAsk(userId, now)) && (await stores.clientLogos.claim(uriHash, claimedUntil, now))
      const looking = mayLook ? lookMeanwhile(uri, known, claimedUntil, now) : undefined
      const shown = looking && known === null ? await soonOr(patienceMilliseconds, looking, null) : known
      return shown === null ? undefined : logoPath(shown)
    },
    settled: async () => void (await Promise.all(fetches)),
  }
}
