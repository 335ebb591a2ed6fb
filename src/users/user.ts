import { z } from 'zod'
import type { UserRecord } from '../storage/stores/users.ts'

/*
 * People who sign in. Owns what an account is, its e-mail address and its password; who is signed in is decided in
 * sessions.
 */

export type User = UserRecord

/** RFC 5321 §4.5.3.1.3: a path has 256 octets, two of them its brackets. */
export const MAXIMUM_EMAIL_LENGTH = 254

const syntax = z.email()

/**
 * What makes an address unique: without regard to case, and to the way its characters were composed. RFC 5321 §2.4
 * lets the local part depend on case; nobody's mail does, and two accounts that look alike are a danger.
 *
 * What is too long to be an address is cut short, still too long: it is nobody's, and sorting its combining marks would
 * take time that grows with the square of their number.
 */
export const normalizeEmail = (text: string): string =>
  text
    .trim()
    .slice(0, MAXIMUM_EMAIL_LENGTH + 1)
    .normalize('NFC')
    .toLowerCase()
    .normalize('NFC')

export interface EmailAddress {
  /** As its owner writes it. */
  readonly email: string
  readonly normalizedEmail: string
}

/** Undefined if the text is no e-mail address. */
export const parseEmail = (text: string): EmailAddress | undefined => {
  const trimmed = text.trim()
  if (trimmed.length > MAXIMUM_EMAIL_LENGTH) return undefined
  const email = trimmed.normalize('NFC')
  return syntax.safeParse(email).success ? { email, normalizedEmail: normalizeEmail(email) } : undefined
}

/** What to call somebody. */
export const displayName = ({
  name,
  firstName,
  lastName,
  email,
}: Pick<User, 'name' | 'firstName' | 'lastName' | 'email'>): string =>
  name ?? ([firstName, lastName].filter((part) => part).join(' ') || email)

/** RFC 5646 §4.4.1 expects no tag that is longer. */
const MAXIMUM_LOCALE_LENGTH = 35

/** A language tag in its canonical form; undefined if the text is none. */
export const parseLocale = (text: string): string | undefined => {
  if (text.length > MAXIMUM_LOCALE_LENGTH) return undefined
  try {
    return new Intl.Locale(text).toString()
  } catch {
    return undefined
  }
}
