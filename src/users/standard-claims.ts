import { z } from 'zod'
import { parseLine, parseText } from '../protocol/printable-text.ts'
import type { StandardClaims } from '../protocol/standard-claims.ts'
import { isWebUri } from '../protocol/web-uri.ts'

/*
 * What the standard claims of a user may be (OIDC Core §5.1) that WorkOS's user has no field for. Applications show them
 * and make links of them, so they are held to what they are called.
 */

const MAXIMUM_LINE_LENGTH = 255
const MAXIMUM_TEXT_LENGTH = 500
const MAXIMUM_URL_LENGTH = 2048

const line = z
  .string()
  .refine((text) => parseLine(text, MAXIMUM_LINE_LENGTH) !== undefined, {
    error: `has 1 to ${MAXIMUM_LINE_LENGTH} visible characters in one line`,
  })
  .overwrite((text) => parseLine(text, MAXIMUM_LINE_LENGTH) ?? text)
  .nullish()

const lines = z
  .string()
  .refine((text) => (parseText(text, MAXIMUM_TEXT_LENGTH) ?? '') !== '', {
    error: `has 1 to ${MAXIMUM_TEXT_LENGTH} visible characters`,
  })
  .overwrite((text) => parseText(text, MAXIMUM_TEXT_LENGTH) ?? text)
  .nullish()

const webAddress = z
  .string()
  .max(MAXIMUM_URL_LENGTH, { error: `has at most ${MAXIMUM_URL_LENGTH} characters` })
  .refine(isWebUri, { error: 'must be an http or https URL without user' })
  .nullish()

/** A leap year: what day there may be in a year that is not told. */
const SOME_LEAP_YEAR = '2000'

/** OIDC Core §5.1: YYYY-MM-DD (ISO 8601-1), 0000 for a year that is not told, or the year alone. */
const isBirthdate = (text: string): boolean => {
  if (/^[1-9]\d{3}$/.test(text)) return true
  if (!/^(0000|[1-9]\d{3})-\d{2}-\d{2}$/.test(text)) return false
  const day = text.replace(/^0000/, SOME_LEAP_YEAR)
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

/** A name of the time zone database. An offset is no place, and changes twice a year. */
const isTimeZone = (text: string): boolean => {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

/** RFC 3966 writes one with spaces, E.164 without. */
const phoneNumber = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, { error: 'must be a phone number in the form of E.164, such as +14255551212' })
  .nullish()

/** OIDC Core §5.1.1 */
const address = z
  .strictObject({
    formatted: lines.describe('The whole address, as on an envelope; lines are separated by line breaks.'),
    street_address: lines,
    locality: line,
    region: line,
    postal_code: line,
    country: line,
  })
  .refine((members) => Object.values(members).some((member) => typeof member === 'string'), {
    error: 'must have a member',
  })
  .nullish()

/** What is left out, or null, is not told. */
export const standardClaimsSchema = z
  .strictObject({
    middle_name: line,
    nickname: line,
    preferred_username: line.describe('Not unique, and not what the user signs in with.'),
    profile: webAddress.describe('The page about the user.'),
    picture: webAddress.describe('What `profile_picture_url` of the user is.'),
    website: webAddress,
    gender: line.describe('`female`, `male`, or another word.'),
    birthdate: z.string().refine(isBirthdate, { error: 'must be YYYY-MM-DD, 0000-MM-DD or YYYY' }).nullish(),
    zoneinfo: z.string().refine(isTimeZone, { error: 'must be a time zone, such as Europe/Paris' }).nullish(),
    phone_number: phoneNumber,
    phone_number_verified: z.boolean().nullish(),
    address,
  })
  .refine(
    ({ phone_number: number, phone_number_verified: verified }) =>
      typeof number === 'string' || verified == null,
    { path: ['phone_number_verified'], error: 'goes with phone_number' },
  )

export type GivenClaims = z.output<typeof standardClaimsSchema>

/** As they are kept: without what is not told. */
export const claimsOf = ({ picture: _, address: given, ...claims }: GivenClaims): StandardClaims => ({
  ...withoutNull(claims),
  ...(given && { address: withoutNull(given) }),
})

type WithoutNull<T> = { [K in keyof T]?: NonNullable<T[K]> }

const withoutNull = <T extends object>(members: T): WithoutNull<T> =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  ) as WithoutNull<T>
