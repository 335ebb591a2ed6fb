import { describe, expect, test } from 'vitest'
import { checkIssuer } from '../../src/doctor/check-issuer.ts'
import type { Issuer } from '../../src/protocol/issuer.ts'
import { OutboundFailure, type OutboundFetch } from '../../src/system/outbound-fetch.ts'
import { levelsOf } from './levels.ts'

const issuer = 'https://id.example.com' as Issuer
const keys = [
  { kid: 'key_1', kty: 'OKP', x: 'a' },
  { kid: 'key_2', kty: 'OKP', x: 'b' },
]
const sound: Readonly<Record<string, unknown>> = {
  '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/oauth2/jwks` },
  '/oauth2/jwks': { keys: [keys[1], keys[0]] },
}

const answering =
  (bodies: Readonly<Record<string, unknown>>, status = 200): OutboundFetch =>
  async ({ url }) => ({
    status,
    headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
    body: Buffer.from(JSON.stringify(bodies[new URL(url).pathname])),
  })

const seen = async (outboundFetch: OutboundFetch) =>
  (await checkIssuer({ issuer, outboundFetch, keys })).findings

describe('the issuer as clients see it', () => {
  test('is fine if it calls itself that, with the keys of the database in whatever order', async () => {
    const { findings, date } = await checkIssuer({ issuer, outboundFetch: answering(sound), keys })
    expect(levelsOf(findings)).toEqual(['ok', 'ok'])
    expect(date).toEqual(new Date('2026-01-01T00:00:00Z'))
  })

  test('with another name is a problem (OpenID Connect Discovery §4.3)', async () => {
    const other = { '/.well-known/openid-configuration': { issuer: `${issuer}/` } }
    const findings = await seen(answering(other))
    expect(levelsOf(findings)).toEqual(['problem'])
    expect(findings[0]?.says).toContain(`calls itself ${issuer}/`)
  })

  test.each([
    ['one key less', [keys[0]]],
    ['another key under the same name', [keys[0], { ...keys[1], x: 'c' }]],
    ['what is no list', { key_1: keys[0] }],
  ])('with %s than the database is a problem', async (_, served) => {
    const findings = await seen(answering({ ...sound, '/oauth2/jwks': { keys: served } }))
    expect(levelsOf(findings)).toEqual(['ok', 'problem'])
  })

  test('whose keys nobody can compare is fine if it has some', async () => {
    const { findings } = await checkIssuer({ issuer, outboundFetch: answering(sound), keys: undefined })
    expect(levelsOf(findings)).toEqual(['ok', 'ok'])
  })

  test.each([404, 502])('that answers with %d is a problem', async (status) => {
    expect(levelsOf(await seen(answering(sound, status)))).toEqual(['problem'])
  })

  test.each(['name_not_found', 'connection_failed', 'tls_failed', 'timed_out'] as const)(
    'that fails by %s is a problem with a cure of its own',
    async (code) => {
      const findings = await seen(async () => {
        throw new OutboundFailure(code)
      })
      expect(levelsOf(findings)).toEqual(['problem'])
      expect(findings[0]?.says).toContain(code)
    },
  )

  test('that answers with a page is a problem', async () => {
    const page: OutboundFetch = async () => ({ status: 200, headers: {}, body: Buffer.from('<html>') })
    expect(levelsOf(await seen(page))).toEqual(['problem'])
  })
})
