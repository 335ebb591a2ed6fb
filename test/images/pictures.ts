import { crc32, deflateSync } from 'node:zlib'

/** A PNG of one colour, with what else a test wants between its header and its pixels. */
export const png = ({
  width = 1,
  height = 1,
  format = [8, 2, 0, 0, 0],
  between = [],
  pixels = (bytes) => [pngChunk('IDAT', deflateSync(bytes))],
  end = Buffer.alloc(0),
}: {
  readonly width?: number
  readonly height?: number
  /** Bits of a sample, type of colours, compression, filter, interlacing; else eight bits of red, green and blue. */
  readonly format?: readonly number[]
  readonly between?: readonly Buffer[]
  /** The chunks that hold these bytes. */
  readonly pixels?: (bytes: Buffer) => readonly Buffer[]
  /** What the last chunk holds. */
  readonly end?: Buffer
} = {}): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set(format, 8)
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(3 * Math.min(width, 5000), 0x66)])
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...between,
    ...pixels(Buffer.concat(Array.from({ length: Math.min(height, 10) }, () => row))),
    pngChunk('IEND', end),
  ])
}

export const pngChunk = (type: string, data: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  checksum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, checksum])
}

/** A WebP of these chunks. */
export const webp = (...chunks: readonly Buffer[]): Buffer => {
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(body.length)
  return Buffer.concat([Buffer.from('RIFF'), size, body])
}

export const webpChunk = (name: string, data: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(data.length)
  return Buffer.concat([Buffer.from(name, 'latin1'), length, data, Buffer.alloc(data.length % 2)])
}

/** A lossless picture of so many pixels, as its first five bytes say. */
export const lossless = (width: number, height: number): Buffer => {
  const data = Buffer.alloc(5)
  data[0] = 0x2f
  data.writeUInt32LE((((height - 1) << 14) | (width - 1)) >>> 0, 1)
  return webpChunk('VP8L', data)
}

/** A lossy one, as its first ten bytes say. */
export const lossy = (width: number, height: number): Buffer => {
  const data = Buffer.from([0, 0, 0, 0x9d, 0x01, 0x2a, 0, 0, 0, 0])
  data.writeUInt16LE(width, 6)
  data.writeUInt16LE(height, 8)
  return webpChunk('VP8 ', data)
}

export const extendedHeader = (flags: number, width: number, height: number): Buffer => {
  const data = Buffer.alloc(10)
  data[0] = flags
  data.writeUIntLE(width - 1, 4, 3)
  data.writeUIntLE(height - 1, 7, 3)
  return webpChunk('VP8X', data)
}

export const svg = (content: string, attributes = 'viewBox="0 0 10 10"'): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`)
