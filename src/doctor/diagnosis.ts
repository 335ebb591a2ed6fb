import { constantTimeEqual, hmacSha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'

/*
 * How `latchkey doctor` asks a running server what it sees of a request, through every proxy in between. Who asks proves
 * to hold LATCHKEY_SECRET, who answers as well: nobody else learns anything, and nobody else is believed.
 *
 *   Latchkey-Diagnosis: <seconds since the epoch>.<nonce>.<MAC>
 *
 * A request that is sent again tells its sender about the sender, so it is not remembered.
 */

/** What the key is derived from the secret for. */
export const DIAGNOSIS_PURPOSE = 'diagnosis'

export const DIAGNOSIS_HEADER = 'latchkey-diagnosis'

/** What a server says of the connection by which a request came. */
export interface Seen {
  /** Whose request it is taken for. */
  readonly address: string
  /** Who connected. */
  readonly peer: string
  /** Whether that one's X-Forwarded-* headers are believed. */
  readonly isTrusted: boolean
  /** Whether somebody wrote X-Forwarded-For. */
  readonly isForwarded: boolean
  /** Scheme and host. */
  readonly origin: string
}

/** Clocks differ, which is one of the things to find out. */
const VALID_SECONDS = 600

export interface Question {
  readonly header: string
  readonly nonce: string
}

export const askDiagnosis = (key: Uint8Array, now: Date, random: Random): Question => {
  const nonce = newHandle(random)
  const dated = `${Math.floor(now.getTime() / 1000)}.${nonce}`
  return { header: `${dated}.${macOfQuestion(key, dated)}`, nonce }
}

/** The nonce, if the question is of somebody who may ask. */
export const readQuestion = (key: Uint8Array, header: string, now: Date): string | undefined => {
  const [, dated = '', seconds, nonce, mac = ''] =
    /^((\d{1,12})\.([\w-]{43}))\.([\w-]{43})$/.exec(header) ?? []
  if (!constantTimeEqual(mac, macOfQuestion(key, dated))) return undefined
  return Math.abs(now.getTime() / 1000 - Number(seconds)) <= VALID_SECONDS ? nonce : undefined
}

export interface Answer {
  /** JSON of what was seen; text, so that both sides take the MAC of the same. */
  readonly seen: string
  readonly mac: string
}

export const answerDiagnosis = (key: Uint8Array, nonce: string, seen: Seen): Answer => {
  const text = JSON.stringify(seen)
  return { seen: text, mac: macOfAnswer(key, nonce, text) }
}

/** Undefined if it is not the answer of a server with the same secret to that question. */
export const readAnswer = (key: Uint8Array, nonce: string, body: string): Seen | undefined => {
  try {
    const { seen, mac } = JSON.parse(body) as Partial<Answer>
    if (typeof seen !== 'string' || typeof mac !== 'string') return undefined
    return constantTimeEqual(mac, macOfAnswer(key, nonce, seen)) ? (JSON.parse(seen) as Seen) : undefined
  } catch {
    return undefined
  }
}

const macOfQuestion = (key: Uint8Array, dated: string): string => hmacSha256(key, `question ${dated}`)
const macOfAnswer = (key: Uint8Array, nonce: string, seen: string): string =>
  hmacSha256(key, `answer ${nonce} ${seen}`)
