import { deflateRawSync, deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { UnreadableImage } from '../../src/images/image.ts'
import { readImage } from '../../src/images/read-image.ts'
import { extendedHeader, lossless, lossy, png, pngChunk, webp, webpChunk } from './pictures.ts'

const refusal = async (bytes: Uint8Array): Promise<string> => {
  try {
    await readImage(bytes)
  } catch (error) {
    if (error instanceof UnreadableImage) return error.message
    throw error
  }
  throw new Error('The picture was taken.')
}

describe('PNG', () => {
  test('is known by its content and comes out as it went in', async () => {
    const bytes = png()
    expect(await readImage(bytes)).toEqual({ type: 'image/png', content: bytes, removed: [] })
  })

  test('loses what does not show: comments, camera data, animation, and whatever else is hidden there', async () => {
    const script = Buffer.from('<script>alert(1)</script>')
    const between = ['tEXt', 'eXIf', 'iTXt', 'acTL', 'evIl'].map((type) => pngChunk(type, script))
    const { content, removed } = await readImage(png({ between }))
    expect(content).toEqual(png())
    expect(removed).toEqual(['tEXt', 'eXIf', 'iTXt', 'acTL', 'evIl'])
  })

  test('keeps what shows: colours and transparency', async () => {
    const bytes = png({ between: [pngChunk('gAMA', Buffer.alloc(4)), pngChunk('tRNS', Buffer.alloc(6))] })
    expect((await readImage(bytes)).content).toEqual(bytes)
  })

  test('that is HTML as well is refused', async () => {
    expect(await refusal(Buffer.concat([png(), Buffer.from('<html><script>alert(1)</script>')]))).toContain(
      'follows',
    )
  })

  test.each([0, 4097, 0xffffffff])('of %i pixels is refused', async (width) => {
    expect(await refusal(png({ width }))).toContain('pixels')
    expect(await refusal(png({ height: width }))).toContain('pixels')
  })

  test('that is cut off anywhere is refused', async () => {
    const bytes = png()
    for (let length = 1; length < bytes.length; length++) await refusal(bytes.subarray(0, length))
  })

  test('with any bit of its chunks turned is refused', async () => {
    const bytes = png()
    for (let index = 8; index < bytes.length; index++) {
      const damaged = Buffer.from(bytes)
      damaged[index] = (damaged[index] ?? 0) ^ 1
      await refusal(damaged)
    }
  })

  test.each([
    ['no header', [pngChunk('IDAT', Buffer.of(1)), pngChunk('IEND', Buffer.alloc(0))]],
    ['nothing', []],
  ])('of %s is refused', async (_what, chunks) => {
    await refusal(Buffer.concat([png().subarray(0, 8), ...chunks]))
  })

  test('with two headers, two ends or no pixels is refused', async () => {
    const header = png().subarray(8, 33)
    const end = pngChunk('IEND', Buffer.alloc(0))
    expect(await refusal(png({ between: [header] }))).toContain('where none may be')
    expect(await refusal(png({ between: [end] }))).toContain('where none may be')
    expect(await refusal(Buffer.concat([png().subarray(0, 33), end]))).toContain('no pixels')
  })
})

describe('a PNG hides nothing', () => {
  const script = Buffer.from('<script>alert(1)</script>')
  const idat = (...parts: readonly Buffer[]) => pngChunk('IDAT', Buffer.concat(parts))

  test.each<[string, Parameters<typeof png>[0]]>([
    ['in its end', { end: script }],
    ['behind its pixels', { pixels: (bytes) => [idat(deflateSync(bytes), script)] }],
    [
      'in a part of its own behind its pixels',
      { pixels: (bytes) => [idat(deflateSync(bytes)), idat(script)] },
    ],
    ['in a second stream', { pixels: (bytes) => [idat(deflateSync(bytes), deflateSync(script))] }],
    ['among its pixels', { pixels: (bytes) => [idat(deflateSync(Buffer.concat([bytes, script])))] }],
    ['in place of its pixels', { pixels: () => [idat(script)] }],
    ['in a stream without a header', { pixels: (bytes) => [idat(deflateRawSync(bytes))] }],
    [
      'in what stands between its pixels',
      { pixels: (bytes) => [idat(deflateSync(bytes)), pngChunk('gAMA', Buffer.alloc(4)), idat()] },
    ],
    [
      'in a palette behind its pixels',
      { pixels: (bytes) => [idat(deflateSync(bytes)), pngChunk('PLTE', Buffer.alloc(3))] },
    ],
    [
      'in a second palette',
      { between: [pngChunk('PLTE', Buffer.alloc(3)), pngChunk('PLTE', Buffer.alloc(3))] },
    ],
    [
      'in a second chunk of colours',
      { between: [pngChunk('gAMA', Buffer.alloc(4)), pngChunk('gAMA', Buffer.alloc(4))] },
    ],
  ])('%s', async (_where, content) => {
    expect(await refusal(png(content))).toMatch(/where none may be|something follows/)
  })

  test('in two colour profiles', async () => {
    const profile = pngChunk('iCCP', Buffer.concat([Buffer.from('sRGB\0\0'), deflateSync(Buffer.alloc(128))]))
    const bytes = png({ between: [profile] })
    expect((await readImage(bytes)).content).toEqual(bytes)
    expect(await refusal(png({ between: [profile, profile] }))).toContain('where none may be')
  })

  test.each([
    ['gAMA', script],
    ['pHYs', Buffer.concat([Buffer.alloc(9), script])],
    ['tRNS', Buffer.concat([Buffer.alloc(6), script])],
    ['bKGD', script],
    ['PLTE', Buffer.alloc(771)],
    ['iCCP', script],
    ['iCCP', Buffer.concat([Buffer.from('sRGB\0\0'), deflateSync(Buffer.alloc(128)), script])],
    ['iCCP', Buffer.concat([script, Buffer.from('\0\0'), deflateSync(Buffer.alloc(128))])],
    ['iCCP', Buffer.concat([Buffer.from('sRGB\0\0'), deflateSync(Buffer.alloc(2 ** 20 + 1))])],
  ])('in %s, which is left out where it is none', async (type, data) => {
    const { content, removed } = await readImage(png({ between: [pngChunk(type, data)] }))
    expect(content).toEqual(png())
    expect(removed).toEqual([type])
  })

  test('and unfolds no further than its header says', async () => {
    const bomb = deflateSync(Buffer.alloc(50_000_000))
    expect(await refusal(png({ pixels: () => [idat(bomb)] }))).toContain('or more')
  })

  test('without pixels enough, or the palette they need, it is refused', async () => {
    const pixels = (bytes: Buffer) => [idat(deflateSync(bytes.subarray(1)))]
    expect(await refusal(png({ pixels }))).toContain('fewer pixels')
    const format = [8, 3, 0, 0, 0]
    expect(await refusal(png({ format, pixels: () => [idat(deflateSync(Buffer.alloc(2)))] }))).toContain(
      'no palette',
    )
  })

  test('its pixels may come in pieces', async () => {
    const bytes = png({
      pixels: (all) => [...deflateSync(all)].map((byte) => idat(Buffer.of(byte))),
    })
    expect((await readImage(bytes)).content).toEqual(bytes)
  })

  // Bytes by the examples of §7.2 and §8.1, counted by hand.
  test.each([
    ['one bit of grey, 9 pixels wide', [1, 0, 0, 0, 0], 9, 2, 2 * 3],
    ['four bits by palette, 3 pixels wide', [4, 3, 0, 0, 0], 3, 1, 1 + 2],
    ['16 bits of grey and transparency', [16, 4, 0, 0, 0], 2, 1, 1 + 8],
    ['16 bits of colours and transparency', [16, 6, 0, 0, 0], 2, 3, 3 * 17],
    ['interlaced, 8 by 8', [8, 0, 0, 0, 1], 8, 8, 2 + 2 + 3 + 2 * 3 + 2 * 5 + 4 * 5 + 4 * 9],
    ['interlaced, one pixel', [8, 2, 0, 0, 1], 1, 1, 1 + 3],
    ['interlaced, one bit, 5 by 1', [1, 0, 0, 0, 1], 5, 1, 2 + 2 + 2 + 2],
  ])('of %s has as many bytes as that takes', async (_what, format, width, height, length) => {
    const between = format[1] === 3 ? [pngChunk('PLTE', Buffer.alloc(3))] : []
    const of = (bytes: number) =>
      png({ format, width, height, between, pixels: () => [idat(deflateSync(Buffer.alloc(bytes)))] })
    expect((await readImage(of(length))).content).toEqual(of(length))
    expect(await refusal(of(length - 1))).toContain('fewer pixels')
    expect(await refusal(of(length + 1))).toContain('or more')
  })
})

describe('WebP', () => {
  test.each([
    ['lossless', webp(lossless(300, 200))],
    ['lossy', webp(lossy(300, 200))],
    ['extended', webp(extendedHeader(0b10000, 300, 200), lossless(300, 200))],
  ])('that is %s comes out as it went in', async (_kind, bytes) => {
    expect(await readImage(bytes)).toEqual({ type: 'image/webp', content: bytes, removed: [] })
  })

  test('loses camera data, metadata and what is hidden, and its header says so', async () => {
    const secret = Buffer.from('<script>alert(1)</script>')
    const bytes = webp(
      extendedHeader(0b01100, 30, 20),
      lossy(30, 20),
      ...['EXIF', 'XMP ', 'evil'].map((name) => webpChunk(name, secret)),
    )
    const { content, removed } = await readImage(bytes)
    expect(content).toEqual(webp(extendedHeader(0, 30, 20), lossy(30, 20)))
    expect(removed).toEqual(['EXIF', 'XMP', 'evil'])
  })

  test('that moves is refused', async () => {
    expect(await refusal(webp(extendedHeader(0b00010, 30, 20), lossy(30, 20)))).toContain('moves')
  })

  test.each([
    ['lossless', webp(lossless(4097, 1))],
    ['lossy', webp(lossy(1, 4097))],
    ['lossy, of none', webp(lossy(0, 1))],
    ['extended', webp(extendedHeader(0, 16_777_216, 1), lossy(1, 1))],
  ])('of too many pixels is refused: %s', async (_kind, bytes) => {
    expect(await refusal(bytes)).toContain('pixels')
  })

  test('that is HTML as well is refused', async () => {
    expect(await refusal(Buffer.concat([webp(lossy(1, 1)), Buffer.from('<html>')]))).toContain('follows')
  })

  test('with no picture, or two, is refused', async () => {
    expect(await refusal(webp())).toContain('no picture')
    expect(await refusal(webp(extendedHeader(0, 1, 1)))).toContain('no picture')
    expect(await refusal(webp(lossy(1, 1), lossless(1, 1)))).toContain('several')
    expect(await refusal(webp(webpChunk('VP8 ', Buffer.alloc(20))))).toContain('does not begin')
  })

  test('that is cut off anywhere is refused', async () => {
    const bytes = webp(extendedHeader(0, 1, 1), lossy(1, 1))
    for (let length = 1; length < bytes.length; length++) await refusal(bytes.subarray(0, length))
  })
})

describe('a picture', () => {
  test('of no bytes, of too many, or of another kind is refused', async () => {
    expect(await refusal(Buffer.alloc(0))).toContain('empty')
    expect(await refusal(Buffer.alloc(102_401))).toContain('102401 bytes')
    for (const text of ['GIF89a', '\xff\xd8\xff', '<html></html>', '%PDF-1.7', 'MZ', '\0'.repeat(100)]) {
      expect(await refusal(Buffer.from(text, 'latin1'))).toMatch(/neither|not well-formed/)
    }
  })
})
