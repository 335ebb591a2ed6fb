import { crc32 } from 'node:zlib'
import { type Image, requireSaneDimensions, UnreadableImage } from './image.ts'

/*
 * PNG (W3C Recommendation, third edition; the sections below are its own). Chunks that say how the picture looks are
 * kept; comments, camera data, times and animation are not.
 */

/** §5.2 */
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** §5.3: length, type and checksum of a chunk. */
const CHUNK_OVERHEAD = 12

const KEPT: ReadonlySet<string> = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND'],
  ...['tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'bKGD', 'pHYs'],
])

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
export const readPng = (bytes: Uint8Array): Image | undefined => {
  if (!SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length))) return undefined
  const chunks = [...chunksOf(bytes)]
  const [header] = chunks
  if (header?.type !== 'IHDR' || header.data.length !== 13)
    throw new UnreadableImage('The PNG has no header.')
  checkHeader(header.data)
  const types = chunks.map(({ type }) => type)
  // §5.6: exactly one of each at its place, and pixels between them.
  const isOrdered = types.lastIndexOf('IHDR') === 0 && types.indexOf('IEND') === types.length - 1
  if (!isOrdered || !types.includes('IDAT')) {
    throw new UnreadableImage('The PNG has no end, or no pixels, or parts where none may be.')
  }
  const kept = chunks.filter(({ type }) => KEPT.has(type))
  return {
    type: 'image/png',
    content: Buffer.concat([SIGNATURE, ...kept.map(({ whole }) => whole)]),
    removed: [...new Set(types.filter((type) => !KEPT.has(type)))],
  }
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

const checkHeader = (data: Uint8Array): void => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  requireSaneDimensions(view.getUint32(0), view.getUint32(4))
  const [bitDepth = 0, colourType = 0, compression, filter, interlace = 0] = data.subarray(8)
  const isKnown =
    BIT_DEPTHS[colourType]?.includes(bitDepth) && compression === 0 && filter === 0 && interlace <= 1
  if (!isKnown) throw new UnreadableImage('The header of the PNG says what no PNG is.')
}
