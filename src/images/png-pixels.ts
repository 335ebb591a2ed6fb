import { createInflate } from 'node:zlib'

/*
 * What a PNG says its pixels are, and whether they are that. Off the event loop and bit by bit: a small file can
 * unfold to a hundred megabytes.
 */

export interface PngHeader {
  readonly width: number
  readonly height: number
  readonly bitDepth: number
  readonly colourType: number
  readonly isInterlaced: boolean
}

/** §11.2.1: samples of a pixel by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** §8: where each pass begins, and its steps, across and down. */
const WHOLE = [[0, 0, 1, 1]] as const
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** §7.2, §9: rows of whole bytes, each behind the byte of its filter; a pass without pixels has none. */
const pixelBytes = ({ width, height, bitDepth, colourType, isInterlaced }: PngHeader): number => {
  const bits = bitDepth * (SAMPLES[colourType] ?? 0)
  const passes = (isInterlaced ? ADAM7 : WHOLE).map(([left, top, across, down]) => {
    const [columns, rows] = [Math.ceil((width - left) / across), Math.ceil((height - top) / down)]
    return columns > 0 && rows > 0 ? rows * (1 + Math.ceil((columns * bits) / 8)) : 0
  })
  return passes.reduce((sum, bytes) => sum + bytes, 0)
}

/** Whether the zlib stream holds all pixels of the header and no more, and nothing follows it. */
export const isAllPixels = async (compressed: Uint8Array, header: PngHeader): Promise<boolean> => {
  const expected = pixelBytes(header)
  return (await inflatedBytes(compressed, expected)) === expected
}

const CHUNK_BYTES = 2 ** 18

/** How long a zlib stream is unpacked; undefined if that is more than the maximum, or if it is not whole, or not all. */
export const inflatedBytes = async (compressed: Uint8Array, maximum: number): Promise<number | undefined> => {
  const inflate = createInflate({ chunkSize: CHUNK_BYTES })
  inflate.end(compressed)
  let bytes = 0
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      bytes += chunk.length
      // Leaving the loop ends the stream.
      if (bytes > maximum) return undefined
    }
  } catch {
    return undefined
  }
  return inflate.bytesWritten === compressed.length ? bytes : undefined
}
