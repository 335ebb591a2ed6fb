import argon2 from 'argon2'
import { MAXIMUM_MEMORY_BYTES, parseCount, parsePhc, type Scheme } from './scheme.ts'

/** Passes over memory, in KiB: what takes a core about a second. */
const MAXIMUM_WORK = 2 ** 20
const MAXIMUM_LANES = 8
/** Lanes times passes: four times in each pass a thread is started for each lane, however little memory there is. */
const MAXIMUM_THREADED = 2 ** 10

/** RFC 9106 §3.1: at least 8 KiB for each lane, a salt of at least 8 bytes. */
const LEAST_KIB_PER_LANE = 8
const LEAST_SALT_BYTES = 8

/** `$argon2id$v=19$m=65536,t=3,p=4$salt$hash`, and likewise argon2i and argon2d. */
export const argon2Scheme: Scheme = (text) => {
  const phc = parsePhc(text, ['m', 't', 'p'])
  if (!phc || !['argon2id', 'argon2i', 'argon2d'].includes(phc.id) || phc.version !== '19') return undefined
  const [memory, passes, lanes] = [phc.parameters.m, phc.parameters.t, phc.parameters.p].map(parseCount)
  if (memory === undefined || passes === undefined || lanes === undefined) return undefined
  if (lanes > MAXIMUM_LANES || memory < LEAST_KIB_PER_LANE * lanes) return undefined
  if (memory * 1024 > MAXIMUM_MEMORY_BYTES || memory * passes > MAXIMUM_WORK) return undefined
  if (lanes > 1 && lanes * passes > MAXIMUM_THREADED) return undefined
  if (phc.salt.length < LEAST_SALT_BYTES) return undefined
  // Written anew: the library knows no padding, and not the alphabet of URLs.
  const canonical = `$${phc.id}$v=19$m=${memory},t=${passes},p=${lanes}$${bare(phc.salt)}$${bare(phc.hash)}`
  return (password) => argon2.verify(canonical, password)
}

const bare = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
