import { timingSafeEqual } from 'node:crypto'

/*
 * What the schemes of imported password hashes share: how their texts are taken apart, and what they may cost.
 *
 * A text comes from whoever may write users, and is worked through whenever somebody tries to sign in to that account.
 * So each scheme parses strictly, and refuses what would take a core longer than about a second or more than 256 MiB:
 * an account must not be a lever for exhausting the server.
 */

/** Whether this is the password that a hash was made of. */
export type Verify = (password: string) => Promise<boolean>

/** Undefined if the text is no hash of the scheme, or costs too much. */
export type Scheme = (text: string) => Verify | undefined

/** 256 MiB, the most that WorkOS takes of argon2. */
export const MAXIMUM_MEMORY_BYTES = 2 ** 28

/** Fewer than 128 bits would be matched by other passwords, too. */
const HASH_BYTES = { least: 16, most: 128 }
const MAXIMUM_SALT_BYTES = 128

/** Standard or URL-safe base64, padded or not; undefined if the text is anything else, or no bytes at all. */
export const parseBase64 = (text: string): Buffer | undefined => {
  const standard = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '')
  const bytes = Buffer.from(standard, 'base64')
  const isWhole = bytes.toString('base64').replace(/=+$/, '') === standard
  return isWhole && bytes.length > 0 ? bytes : undefined
}

export const parseHash = (text: string): Buffer | undefined => {
  const bytes = parseBase64(text)
  return bytes && bytes.length >= HASH_BYTES.least && bytes.length <= HASH_BYTES.most ? bytes : undefined
}

export const parseSalt = (text: string): Buffer | undefined => {
  const bytes = parseBase64(text)
  return bytes && bytes.length <= MAXIMUM_SALT_BYTES ? bytes : undefined
}

/** A positive whole number in decimal digits. */
export const parseCount = (text: string): number | undefined =>
  /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : undefined

export interface PhcHash<Name extends string> {
  readonly id: string
  readonly version: string | undefined
  readonly parameters: Readonly<Record<Name, string>>
  readonly salt: Buffer
  readonly hash: Buffer
}

/**
 * `$id$v=1$name=value,…$salt$hash` (the PHC string format), with parameters of exactly these names, in any order:
 * libraries differ in it.
 */
export const parsePhc = <const Name extends string>(
  text: string,
  names: readonly Name[],
): PhcHash<Name> | undefined => {
  const match =
    /^\$(?<id>[a-z0-9-]{1,32})(?:\$v=(?<version>[0-9]{1,3}))?\$(?<pairs>[^$]*)\$(?<salt>[^$]*)\$(?<hash>[^$]*)$/.exec(
      text,
    )?.groups
  const salt = parseSalt(match?.['salt'] ?? '')
  const hash = parseHash(match?.['hash'] ?? '')
  const parameters = parsePairs((match?.['pairs'] ?? '').split(','), names)
  if (!match || !salt || !hash || !parameters) return undefined
  return { id: match['id'] ?? '', version: match['version'], parameters, salt, hash }
}

/** Of `name=value`, with exactly these names, each once. */
export const parsePairs = <const Name extends string>(
  pairs: readonly string[],
  names: readonly Name[],
): Readonly<Record<Name, string>> | undefined => {
  const values = new Map(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      return [pair.slice(0, Math.max(equals, 0)), pair.slice(equals + 1)] as const
    }),
  )
  const isExact = pairs.length === names.length && names.every((name) => values.has(name))
  return isExact ? (Object.fromEntries(values) as Record<Name, string>) : undefined
}

/** In a time that tells nothing about the bytes (but how many they are). */
export const sameBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && timingSafeEqual(left, right)
