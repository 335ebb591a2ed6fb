import { Secret, TOTP } from 'otpauth'
import type { Random } from '../system/random.ts'

/*
 * What people prove who they are with besides a password: one-time codes of an authenticator app (RFC 6238), recovery
 * codes, passkeys (WebAuthn Level 3). Owns how each is set up, checked and taken away, and how often a code may be tried;
 * which of them is asked for when is decided in sessions/.
 */

/** RFC 4226 §4: 160 bits, the length of the hash. */
const SECRET_BYTES = 20

/** Those that every authenticator app can do; many ignore what an address says to the contrary. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const

/** RFC 6238 §5.2: clocks of telephones are off, and people slow. */
const STEPS_OFF = 1

/** Base 32, as people type it where nothing can be scanned. */
export const newTotpSecret = (random: Random): string =>
  new Secret({ buffer: Uint8Array.from(random.bytes(SECRET_BYTES)).buffer }).base32

/** What an app shows beside its codes. */
export interface TotpLabels {
  readonly issuer: string
  readonly label: string
}

/** For the app to take over, as a picture or by a link. A colon would end the issuer's name in it. */
export const totpUri = (secret: string, { issuer, label }: TotpLabels): string =>
  new TOTP({ ...parameters, issuer: issuer.replaceAll(':', ' '), label, secret }).toString()

/** The step whose code this is, of those around now; undefined if it is of none. */
export const stepOf = (secret: string, code: string, now: Date): number | undefined => {
  const timestamp = now.getTime()
  const delta = new TOTP({ ...parameters, secret }).validate({ token: code, timestamp, window: STEPS_OFF })
  return delta === null ? undefined : TOTP.counter({ period: parameters.period, timestamp }) + delta
}

const CODE = /^\d{6}$/

/** As people type it, in two groups of three, or in the digits of their script. */
export const parseTotpCode = (typed: string): string | undefined => {
  const code = typed
    .normalize('NFKC')
    .replace(/[\s-]/g, '')
    .replace(/\p{Nd}/gu, latinDigit)
  return CODE.test(code) ? code : undefined
}

/** Arabic, Persian, Devanagari and Bengali: their digits stand in a row. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6]

const latinDigit = (digit: string): string => {
  const codePoint = digit.codePointAt(0) ?? 0
  const zero = ZEROS.find((first) => codePoint >= first && codePoint < first + 10)
  return zero === undefined ? digit : String(codePoint - zero)
}
