import { describe, expect, test } from 'vitest'
import { UnreadableImage } from '../../src/images/image.ts'
import { readImage } from '../../src/images/read-image.ts'
import { extendedHeader, lossless, lossy, png, pngChunk, webp, webpChunk } from './pictures.ts'

const refusal = (bytes: Uint8Array): string => {
  try {
    readImage(bytes)
  } catch (error) {
    if (error instanceof UnreadableImage) return error.message
    throw error
  }
  throw new Error('The picture was taken.')
}

describe('PNG', () => {
  test('is known by its content and comes out as it went in', () => {
    const bytes = png()
    expect(readImage(bytes)).toEqual({ type: 'image/png', content: bytes, removed: [] })
  })

  test('loses what does not show: comments, camera data, animation, and whatever else is hidden there', () => {
    const script = Buffer.from('<script>alert(1)</script>')
    const between = ['tEXt', 'eXIf', 'iTXt', 'acTL', 'evIl'].map((type) => pngChunk(type, script))
    const { content, removed } = readImage(png({ between }))
    expect(content).toEqual(png())
    expect(removed).toEqual(['tEXt', 'eXIf', 'iTXt', 'acTL', 'evIl'])
  })

  test('keeps what shows: colours and transparency', () => {
    const bytes = png({ between: [pngChunk('gAMA', Buffer.alloc(4)), pngChunk('tRNS', Buffer.alloc(6))] })
    expect(readImage(bytes).content).toEqual(bytes)
  })

  test('that is HTML as well is refused', () => {
    expect(refusal(Buffer.concat([png(), Buffer.from('<html><script>alert(1)</script>')]))).toContain(
      'follows',
    )
  })

  test.each([0, 4097, 0xffffffff])('of %i pixels is refused', (width) => {
    expect(refusal(png({ width }))).toContain('pixels')
    expect(refusal(png({ height: width }))).toContain('pixels')
  })

  test('that is cut off anywhere is refused', () => {
    const bytes = png()
    for (let length = 1; length < bytes.length; length++) refusal(bytes.subarray(0, length))
  })

  test('with any bit of its chunks turned is refused', () => {
    const bytes = png()
    for (let index = 8; index < bytes.length; index++) {
      const damaged = Buffer.from(bytes)
      damaged[index] = (damaged[index] ?? 0) ^ 1
      refusal(damaged)
    }
  })

  test.each([
    ['no header', [pngChunk('IDAT', Buffer.of(1)), pngChunk('IEND', Buffer.alloc(0))]],
    ['nothing', []],
  ])('of %s is refused', (_what, chunks) => {
    refusal(Buffer.concat([png().subarray(0, 8), ...chunks]))
  })

  test('with two headers, two ends or no pixels is refused', () => {
    const header = png().subarray(8, 33)
    const end = pngChunk('IEND', Buffer.alloc(0))
    expect(refusal(png({ between: [header] }))).toContain('where none may be')
    expect(refusal(png({ between: [end] }))).toContain('where none may be')
    expect(refusal(Buffer.concat([png().subarray(0, 33), end]))).toContain('no pixels')
  })
})

describe('WebP', () => {
  test.each([
    ['lossless', webp(lossless(300, 200))],
    ['lossy', webp(lossy(300, 200))],
    ['extended', webp(extendedHeader(0b10000, 300, 200), lossless(300, 200))],
  ])('that is %s comes out as it went in', (_kind, bytes) => {
    expect(readImage(bytes)).toEqual({ type: 'image/webp', content: bytes, removed: [] })
  })

  test('loses camera data, metadata and what is hidden, and its header says so', () => {
    const secret = Buffer.from('<script>alert(1)</script>')
    const bytes = webp(
      extendedHeader(0b01100, 30, 20),
      lossy(30, 20),
      ...['EXIF', 'XMP ', 'evil'].map((name) => webpChunk(name, secret)),
    )
    const { content, removed } = readImage(bytes)
    expect(content).toEqual(webp(extendedHeader(0, 30, 20), lossy(30, 20)))
    expect(removed).toEqual(['EXIF', 'XMP', 'evil'])
  })

  test('that moves is refused', () => {
    expect(refusal(webp(extendedHeader(0b00010, 30, 20), lossy(30, 20)))).toContain('moves')
  })

  test.each([
    ['lossless', webp(lossless(4097, 1))],
    ['lossy', webp(lossy(1, 4097))],
    ['lossy, of none', webp(lossy(0, 1))],
    ['extended', webp(extendedHeader(0, 16_777_216, 1), lossy(1, 1))],
  ])('of too many pixels is refused: %s', (_kind, bytes) => {
    expect(refusal(bytes)).toContain('pixels')
  })

  test('that is HTML as well is refused', () => {
    expect(refusal(Buffer.concat([webp(lossy(1, 1)), Buffer.from('<html>')]))).toContain('follows')
  })

  test('with no picture, or two, is refused', () => {
    expect(refusal(webp())).toContain('no picture')
    expect(refusal(webp(extendedHeader(0, 1, 1)))).toContain('no picture')
    expect(refusal(webp(lossy(1, 1), lossless(1, 1)))).toContain('several')
    expect(refusal(webp(webpChunk('VP8 ', Buffer.alloc(20))))).toContain('does not begin')
  })

  test('that is cut off anywhere is refused', () => {
    const bytes = webp(extendedHeader(0, 1, 1), lossy(1, 1))
    for (let length = 1; length < bytes.length; length++) refusal(bytes.subarray(0, length))
  })
})

describe('a picture', () => {
  test('of no bytes, of too many, or of another kind is refused', () => {
    expect(refusal(Buffer.alloc(0))).toContain('empty')
    expect(refusal(Buffer.alloc(102_401))).toContain('102401 bytes')
    for (const text of ['GIF89a', '\xff\xd8\xff', '<html></html>', '%PDF-1.7', 'MZ', '\0'.repeat(100)]) {
      expect(refusal(Buffer.from(text, 'latin1'))).toMatch(/neither|not well-formed/)
    }
  })
})
