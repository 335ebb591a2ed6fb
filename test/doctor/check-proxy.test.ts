import { describe, expect, test } from 'vitest'
import { CLAIMED_ADDRESS, checkProxy } from '../../src/doctor/check-proxy.ts'
import {
  answerDiagnosis,
  askDiagnosis,
  readAnswer,
  readQuestion,
  type Seen,
} from '../../src/doctor/diagnosis.ts'
import type { Issuer } from '../../src/protocol/issuer.ts'
import { systemRandom } from '../../src/system/random.ts'
import { levelsOf } from './levels.ts'

const issuer = 'https://id.example.com' as Issuer
const behindProxy: Seen = {
  address: '203.0.113.5',
  peer: '10.0.0.2',
  isTrusted: true,
  isForwarded: true,
  origin: issuer,
}
const checked = (plain: Partial<Seen>, claiming: Partial<Seen> = {}, isBehindTls = true) =>
  checkProxy({
    issuer,
    isBehindTls,
    plain: { ...behindProxy, ...plain },
    claiming: { ...behindProxy, ...plain, isForwarded: true, ...claiming },
  })

describe('what is in front of the server', () => {
  test('is fine if it is trusted and tells whom it serves', () => {
    expect(levelsOf(checked({}))).toEqual(['ok'])
  })

  test('may be nothing', () => {
    expect(levelsOf(checked({ isTrusted: false, isForwarded: false }, {}, false))).toEqual(['ok'])
  })

  test('has to be trusted to be believed, and is named', () => {
    const findings = checked({ isTrusted: false, address: '10.0.0.2' })
    expect(levelsOf(findings)).toEqual(['problem'])
    expect(findings[0]?.cure).toBe('Add 10.0.0.2 to LATCHKEY_TRUSTED_PROXIES.')
  })

  test('has to tell whom it serves if it ends TLS', () => {
    expect(levelsOf(checked({ isForwarded: false, address: '10.0.0.2' }))).toEqual(['problem'])
  })

  test('must not pass on what clients claim', () => {
    expect(levelsOf(checked({}, { address: CLAIMED_ADDRESS }))).toEqual(['warning'])
  })

  test('should say by which address it was asked', () => {
    expect(levelsOf(checked({ origin: 'http://10.0.0.3:3000' }))).toEqual(['warning'])
  })

  test('hides another server, if nobody answers who has the secret', () => {
    expect(
      levelsOf(checkProxy({ issuer, isBehindTls: true, plain: undefined, claiming: undefined })),
    ).toEqual(['problem'])
  })
})

describe('a question of the doctor', () => {
  const key = new Uint8Array(32).fill(1)
  const other = new Uint8Array(32).fill(2)
  const now = new Date('2026-01-01T00:00:00Z')
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

  test('is of whoever has the secret, and for some minutes', () => {
    const { header, nonce } = askDiagnosis(key, now, systemRandom)
    expect(readQuestion(key, header, later(599))).toBe(nonce)
    expect(readQuestion(key, header, later(-599))).toBe(nonce)
    expect(readQuestion(key, header, later(601))).toBeUndefined()
    expect(readQuestion(other, header, now)).toBeUndefined()
    expect(readQuestion(key, header.replace(/^\d+/, '1767225601'), now)).toBeUndefined()
    expect(readQuestion(key, '', now)).toBeUndefined()
  })

  test('is answered by whoever has the secret, each for itself', () => {
    const answer = JSON.stringify(answerDiagnosis(key, 'nonce', behindProxy))
    expect(readAnswer(key, 'nonce', answer)).toEqual(behindProxy)
    expect(readAnswer(key, 'another', answer)).toBeUndefined()
    expect(readAnswer(other, 'nonce', answer)).toBeUndefined()
    expect(readAnswer(key, 'nonce', answer.replace('203.0.113.5', '203.0.113.6'))).toBeUndefined()
    expect(readAnswer(key, 'nonce', '<html>')).toBeUndefined()
  })
})
