import type { Hash } from '../storage/schema.ts'
import { isCheckedHandle, newCheckedHandle } from '../system/checked-handle.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'

/*
 * What a key is on the wire, whatever it opens. Shown once, kept as SHA-256: it is 256 random bits of ours (see
 * clients/credentials.ts).
 */

export const MAXIMUM_NAME_LENGTH = 255

const PREFIX = 'sk_'
/** Enough to tell keys apart, far too little to guess one by. */
const SHOWN_CHARACTERS = 4

export interface NewKeyValue {
  readonly value: string
  readonly valueHash: Hash
  readonly obfuscatedValue: string
}

export const newKeyValue = (random: Random): NewKeyValue => {
  const value = newCheckedHandle(PREFIX, random)
  return {
    value,
    valueHash: sha256(value),
    obfuscatedValue: `${PREFIX}...${value.slice(-SHOWN_CHARACTERS)}`,
  }
}

/** Whether a text can be a key of ours: a typo, or half of a key, needs no lookup. */
export const isKeyValue = (text: string): boolean => isCheckedHandle(PREFIX, text)
