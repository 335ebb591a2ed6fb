import { describe, expect, test } from 'vitest'
import { newHandle, systemRandom } from '../../src/system/random.ts'

describe('chance', () => {
  test('is never given out twice, across many refills of the pool', () => {
    const drawn = Array.from({ length: 20_000 }, () => Buffer.from(systemRandom.bytes(16)).toString('hex'))
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  test('what was given out is the receiver’s alone: later draws do not change it', () => {
    const first = systemRandom.bytes(16)
    const before = Buffer.from(first).toString('hex')
    for (let index = 0; index < 1000; index++) systemRandom.bytes(16)
    expect(Buffer.from(first).toString('hex')).toBe(before)
    expect(first.buffer.byteLength).toBe(16)
  })

  test('gives as many bytes as asked for, more than the pool holds too', () => {
    for (const length of [0, 1, 12, 16, 32, 1024, 4096, 10_000]) {
      expect(systemRandom.bytes(length)).toHaveLength(length)
    }
    expect(systemRandom.bytes(10_000).some((byte) => byte !== 0)).toBe(true)
  })

  test('every bit of it varies', () => {
    const ever = new Uint8Array(32)
    const always = new Uint8Array(32).fill(255)
    for (let index = 0; index < 500; index++) {
      systemRandom.bytes(32).forEach((byte, place) => {
        ever[place] = (ever[place] ?? 0) | byte
        always[place] = (always[place] ?? 0) & byte
      })
    }
    expect([...ever].every((byte) => byte === 255)).toBe(true)
    expect([...always].every((byte) => byte === 0)).toBe(true)
  })

  test('RFC 6749 §10.10: a handle is 256 random bits in 43 characters', () => {
    expect(newHandle(systemRandom)).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })
})
