import { crc32 } from 'node:zlib'
import { type Image, requireSaneDimensions, UnreadableImage } from './image.ts'
import { inflatedBytes, isAllPixels, type PngHeader } from './png-pixels.ts'

/*
 * PNG (W3C Recommendation, third edition; the sections below are its own). Chunks that say how the picture looks are
 * kept, each once, at its place and of its length; comments, camera data, times and animation are not.
 */

/** §5.2 */
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** §5.3: length, type and checksum of a chunk. */
const CHUNK_OVERHEAD = 12

/** §11.3: how long a chunk may be, for those whose colours are of this type. */
const LENGTHS: Readonly<Record<string, (length: number, colourType: number) => boolean>> = {
  IHDR: () => true,
  PLTE: (length, colourType) =>
    [2, 3, 6].includes(colourType) && length % 3 === 0 && length >= 3 && length <= 768,
  IDAT: () => true,
  IEND: () => true,
  tRNS: (length, colourType) => (colourType === 3 ? length <= 256 : length === { 0: 2, 2: 6 }[colourType]),
  cHRM: (length) => length === 32,
  gAMA: (length) => length === 4,
  iCCP: () => true,
  sBIT: (length, colourType) => length === { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }[colourType],
  sRGB: (length) => length === 1,
  cICP: (length) => length === 4,
  bKGD: (length, colourType) => length === { 0: 2, 2: 6, 3: 1, 4: 2, 6: 6 }[colourType],
  pHYs: (length) => length === 9,
}

/** Of a colour profile, unpacked. */
const MAXIMUM_PROFILE_BYTES = 2 ** 20

/** §11.2.1: bit depths by colour type. */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

/**
 * @returns undefined if it does not begin as a PNG does.
 * @throws UnreadableImage
 */
export const readPng = async (bytes: Uint8Array): Promise<Image | undefined> => {
  if (!SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length))) return undefined
  const chunks = [...chunksOf(bytes)]
  const [first, last] = [chunks[0], chunks.at(-1)]
  if (first?.type !== 'IHDR' || first.data.length !== 13) throw new UnreadableImage('The PNG has no header.')
  const header = headerOf(first.data)
  const known = chunks.filter((chunk) => isKnown(chunk, header))
  const types = known.map(({ type }) => type)
  // §5.6: one of each, then the pixels, one behind the other, then the end.
  const begin = types.indexOf('IDAT')
  const before = types.slice(0, begin)
  const isOrdered =
    // §11.2.4: empty.
    last?.type === 'IEND' &&
    last.data.length === 0 &&
    new Set(before).size === before.length &&
    types.slice(begin, -1).every((type) => type === 'IDAT')
  if (begin < 0 || before.includes('IEND') || !isOrdered) {
    throw new UnreadableImage('The PNG has no end, or no pixels, or parts where none may be.')
  }
  // §11.2.2
  if (header.colourType === 3 && !before.includes('PLTE'))
    throw new UnreadableImage('The PNG has no palette.')
  const pixels = Buffer.concat(known.filter(({ type }) => type === 'IDAT').map(({ data }) => data))
  if (!(await isAllPixels(pixels, header))) {
    throw new UnreadableImage(
      'The PNG has fewer pixels than its header says, or more, or something follows them.',
    )
  }
  // Not before it is known to be the only one: each may unfold.
  const profile = known.find(({ type }) => type === 'iCCP')
  const isShown = profile === undefined || (await isProfile(profile.data))
  const kept = new Set(isShown ? known : known.filter((chunk) => chunk !== profile))
  return {
    type: 'image/png',
    content: Buffer.concat([SIGNATURE, ...[...kept].map(({ whole }) => whole)]),
    removed: [...new Set(chunks.filter((chunk) => !kept.has(chunk)).map(({ type }) => type))],
  }
}

/** Of one that was read. §5.3, §11.2.1: they stand at the begin of the first chunk. */
export const pngDimensions = (png: Uint8Array): { readonly width: number; readonly height: number } => {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

const isKnown = ({ type, data }: Chunk, { colourType }: PngHeader): boolean =>
  Object.hasOwn(LENGTHS, type) && LENGTHS[type]?.(data.length, colourType) === true

/** §11.3.2.3: a name in Latin-1, which has no letters here that mark-up is made of, and a zlib stream. */
const isProfile = async (data: Uint8Array): Promise<boolean> => {
  const end = data.indexOf(0)
  const name = Buffer.from(data.subarray(0, Math.max(end, 0))).toString('latin1')
  if (!/^[^\p{Cc}<>&]{1,79}$/u.test(name) || data[end + 1] !== 0) return false
  return (await inflatedBytes(data.subarray(end + 2), MAXIMUM_PROFILE_BYTES)) !== undefined
}

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
  /** With length, type and checksum. */
  readonly whole: Uint8Array
}

/** To the last byte: what stands after the end would be read by somebody else. */
function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let offset = SIGNATURE.length; offset < bytes.length; ) {
    const rest = bytes.length - offset - CHUNK_OVERHEAD
    const length = rest < 0 ? 0 : view.getUint32(offset)
    if (rest < 0 || length > rest) throw new UnreadableImage('The PNG is cut off, or something follows it.')
    const whole = bytes.subarray(offset, offset + CHUNK_OVERHEAD + length)
    const type = String.fromCharCode(...whole.subarray(4, 8))
    // §5.3: letters only.
    if (!/^[A-Za-z]{4}$/.test(type)) throw new UnreadableImage('The PNG has a part without a name.')
    // §5.3: over type and data.
    if (crc32(whole.subarray(4, 8 + length)) !== view.getUint32(offset + 8 + length)) {
      throw new UnreadableImage('The PNG is damaged: a checksum is wrong.')
    }
    yield { type, data: whole.subarray(8, 8 + length), whole }
    offset += whole.length
  }
}

const headerOf = (data: Uint8Array): PngHeader => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  requireSaneDimensions(width, height)
  const [bitDepth = 0, colourType = 0, compression, filter, interlace = 0] = data.subarray(8)
  const isKnown =
    BIT_DEPTHS[colourType]?.includes(bitDepth) && compression === 0 && filter === 0 && interlace <= 1
  if (!isKnown) throw new UnreadableImage('The header of the PNG says what no PNG is.')
  return { width, height, bitDepth, colourType, isInterlaced: interlace === 1 }
}
