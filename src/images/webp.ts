import { type Image, requireSaneDimensions, UnreadableImage } from './image.ts'

/*
 * WebP (RFC 9649; the sections below are its own): a RIFF file of chunks. Those of a still picture are kept; camera
 * data and the like are not, and what moves is refused, since a consent page is to be read.
 */

const KEPT: ReadonlySet<string> = new Set(['VP8X', 'ICCP', 'ALPH', 'VP8 ', 'VP8L'])

/** §2.7: flags of the extended header. */
const HAS_EXIF = 0b1000
const HAS_XMP = 0b0100
const IS_ANIMATED = 0b0010

/** §2.3: name and length of a chunk. */
const CHUNK_HEADER = 8

/** §2.4: "RIFF", the size, "WEBP". */
const FILE_HEADER = 12

/**
 * @returns undefined if it does not begin as a WebP does.
 * @throws UnreadableImage
 */
export const readWebp = (bytes: Uint8Array): Image | undefined => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isWebp =
    file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, FILE_HEADER) === 'WEBP'
  if (!isWebp) return undefined
  // §2.4: the size of everything after itself. More would be read by somebody else.
  if (file.readUInt32LE(4) !== file.length - 8) throw cutOff()
  const chunks = [...chunksOf(file)]
  const kept = chunks.filter(({ name }) => KEPT.has(name))
  checkPicture(kept)
  const body = Buffer.concat(kept.map(({ name, whole }) => (name === 'VP8X' ? withoutData(whole) : whole)))
  const header = Buffer.from(file.subarray(0, FILE_HEADER))
  header.writeUInt32LE(body.length + 4, 4)
  return {
    type: 'image/webp',
    content: Buffer.concat([header, body]),
    removed: [...new Set(chunks.map(({ name }) => name.trim()).filter((name) => !KEPT.has(name.padEnd(4))))],
  }
}

interface Chunk {
  readonly name: string
  readonly data: Buffer
  /** With name, length and padding. */
  readonly whole: Buffer
}

function* chunksOf(file: Buffer): Generator<Chunk> {
  for (let offset = FILE_HEADER; offset < file.length; ) {
    const rest = file.length - offset - CHUNK_HEADER
    const length = rest < 0 ? 0 : file.readUInt32LE(offset + 4)
    // §2.3: padded to an even length.
    const padded = length + (length % 2)
    if (rest < 0 || padded > rest) throw cutOff()
    const name = file.toString('latin1', offset, offset + 4)
    if (!/^[\x20-\x7E]{4}$/.test(name)) throw new UnreadableImage('The WebP has a part without a name.')
    const whole = file.subarray(offset, offset + CHUNK_HEADER + padded)
    yield { name, data: whole.subarray(CHUNK_HEADER, CHUNK_HEADER + length), whole }
    offset += whole.length
  }
}

const checkPicture = (chunks: readonly Chunk[]): void => {
  const [first] = chunks
  if (first?.name === 'VP8X') {
    const { data } = first
    if (data.length !== 10) throw new UnreadableImage('The WebP has no header.')
    if (((data[0] ?? 0) & IS_ANIMATED) !== 0)
      throw new UnreadableImage('The WebP moves; a logo must be still.')
    // §2.7: the canvas, in 24 bits each, less one.
    requireSaneDimensions(data.readUIntLE(4, 3) + 1, data.readUIntLE(7, 3) + 1)
  }
  const names = chunks.map(({ name }) => name)
  const pictures = chunks.filter(({ name }) => name === 'VP8 ' || name === 'VP8L')
  const [picture] = pictures
  // §2.5, §2.6: without the extended header the picture is all there is.
  const isOne = pictures.length === 1 && new Set(names).size === names.length
  if (!picture || !isOne || (first?.name !== 'VP8X' && names.length > 1)) {
    throw new UnreadableImage('The WebP holds no picture, or several.')
  }
  const dimensions =
    picture.name === 'VP8L' ? losslessDimensions(picture.data) : lossyDimensions(picture.data)
  requireSaneDimensions(...dimensions)
}

/** RFC 6386 §9.1: a key frame's start code, then 14 bits each way. */
const lossyDimensions = (data: Buffer): [width: number, height: number] => {
  if (data.length < 10 || ((data[0] ?? 1) & 1) !== 0 || data.readUIntBE(3, 3) !== 0x9d012a) {
    throw new UnreadableImage('The picture of the WebP does not begin as one.')
  }
  return [data.readUInt16LE(6) & 0x3fff, data.readUInt16LE(8) & 0x3fff]
}

/** §3.4: a signature, then 14 bits each way, less one. */
const losslessDimensions = (data: Buffer): [width: number, height: number] => {
  if (data.length < 5 || data[0] !== 0x2f) {
    throw new UnreadableImage('The picture of the WebP does not begin as one.')
  }
  const packed = data.readUInt32LE(1)
  return [(packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1]
}

/** The extended header, saying nothing of what was left out. */
const withoutData = (header: Buffer): Buffer => {
  const copy = Buffer.from(header)
  copy.writeUInt8(copy.readUInt8(CHUNK_HEADER) & ~(HAS_EXIF | HAS_XMP), CHUNK_HEADER)
  return copy
}

const cutOff = () => new UnreadableImage('The WebP is cut off, or something follows it.')
