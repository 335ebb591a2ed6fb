import { compactVerify, exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { signingAlgorithms } from '../../src/protocol/signing-algorithm.ts'
import { concatenated, createSign } from '../../src/system/signature.ts'

const newKey = async (alg: string) => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { privateJwk: { ...(await exportJWK(privateKey)) }, publicKey }
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('what signs', () => {
  test.each(signingAlgorithms)('RFC 7515 §5.2: others verify what %s signs', async (alg) => {
    const { privateJwk, publicKey } = await newKey(alg)
    const sign = createSign(privateJwk, alg)
    const text = `${encoded({ alg })}.${encoded({ name: 'Zoë 鍵' })}`
    const { payload } = await compactVerify(`${text}.${await sign(text)}`, publicKey)
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ name: 'Zoë 鍵' })
    await expect(compactVerify(`${text}x.${await sign(text)}`, publicKey)).rejects.toThrow()
  })

  test('RFC 7518 §3.4: both numbers of ES256 have 32 octets, also those that are small', async () => {
    const { privateJwk, publicKey } = await newKey('ES256')
    const sign = createSign(privateJwk, 'ES256')
    // One in 128 begins with an octet of zeros.
    for (let count = 0; count < 1500; count++) {
      const text = `${encoded({ alg: 'ES256' })}.${encoded({ count })}`
      const signature = await sign(text)
      expect(Buffer.from(signature, 'base64url')).toHaveLength(64)
      await compactVerify(`${text}.${signature}`, publicKey)
    }
  })

  test.each([
    ['nothing', ''],
    ['another element', '04070201010201020a'],
    ['no integers', '3006040101040102'],
    ['one integer', '3003020101'],
    ['three integers', '3009020101020102020103'],
    ['an integer of no octets', '300502000201ff'],
    ['an integer that is too long', `30270201010222${'01'.repeat(34)}`],
    ['fewer octets than it says', '3007020101020102'],
    ['an integer that goes on beyond the end', '3006020101020402'],
    ['more octets than it says', '300602010102010200'],
  ])('RFC 3279 §2.2.3: a signature that is %s is none', (_what, hex) => {
    expect(() => concatenated(Buffer.from(hex, 'hex'))).toThrow(TypeError)
  })

  test.each([
    ['RS256', 'ES256'],
    ['ES256', 'RS256'],
    ['ES256', 'EdDSA'],
    ['ES384', 'ES256'],
    ['EdDSA', 'PS256'],
  ] as const)('a key for %s does not sign by %s', async (kind, alg) => {
    const { privateJwk } = await newKey(kind)
    expect(() => createSign(privateJwk, alg)).toThrow(TypeError)
  })

  test('a public key does not sign', async () => {
    const { d: _private, ...publicJwk } = (await newKey('ES256')).privateJwk
    expect(() => createSign(publicJwk, 'ES256')).toThrow()
  })
})
