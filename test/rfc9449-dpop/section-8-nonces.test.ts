import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toEpochSeconds } from '../../src/system/clock.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import { dpop, dpopToken, TOKEN, userinfoWith } from '../support/dpop.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  type Answer,
  credentials,
  expectRefusal,
  issuingNothing,
  post,
  textOf,
} from '../support/relying-party.ts'
import { newTestKey, type TestKey } from '../support/signing-client.ts'

let app: TestApp
let key: TestKey
let machine: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  key = await newTestKey()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
})
afterAll(() => app[Symbol.asyncDispose]())

const send = async (claims: Record<string, unknown> = {}, issuer = app.issuer): Promise<Answer> =>
  post(
    issuer + TOKEN,
    { grant_type: 'client_credentials', ...credentials(machine) },
    await dpop(app, key, claims),
  )

const nonceOf = ({ headers }: Answer): string => headers.get('dpop-nonce') ?? ''

/** RFC 9449 §8: 400, use_dpop_nonce, and the nonce to use. */
const expectNonceWanted = async (claims: Record<string, unknown> = {}): Promise<string> => {
  const answer = await issuingNothing(app, () => send(claims))
  expectRefusal(answer, 400, 'use_dpop_nonce')
  expect(nonceOf(answer)).toMatch(/^[\x21\x23-\x5B\x5D-\x7E]{20,}$/)
  return nonceOf(answer)
}

const seconds = () => toEpochSeconds(app.clock.now())

describe('RFC 9449 §8: nonces of the server', () => {
  test.each([
    ['a minute and more ago', -75],
    ['an hour ago', -3600],
    ['in the future', 15],
    ['in a year', 365 * 24 * 3600],
  ])('RFC 9449 §11.1: a proof made %s is asked for with a nonce, and then taken', async (_when, off) => {
    const nonce = await expectNonceWanted({ iat: seconds() + off })
    const answer = await send({ iat: seconds() + off, nonce })
    expect(answer.status).toBe(200)
    // RFC 9449 §8.2: whoever uses nonces is given the next.
    expect(nonceOf(answer)).toMatch(/^[\w-]{20,}$/)
  })

  test.each(['', 'made up', 'x'.repeat(43), 'é'.repeat(43)])(
    'a nonce %j is not one of ours',
    async (nonce) => {
      const answer = await issuingNothing(app, () => send({ nonce }))
      expectRefusal(answer, 400, 'use_dpop_nonce')
      expect(nonceOf(answer)).not.toBe('')
    },
  )

  test('a nonce is taken for minutes, and then no more', async () => {
    const nonce = await expectNonceWanted({ iat: 0 })
    app.clock.advance(140)
    expect((await send({ nonce })).status).toBe(200)
    app.clock.advance(320)
    await expectNonceWanted({ nonce })
  })

  test('RFC 9449 §11.1: a proof with a nonce is good once as well', async () => {
    const nonce = await expectNonceWanted({ iat: 0 })
    const claims = { nonce, jti: 'once with a nonce' }
    const answers = await Promise.all([send(claims), send(claims), send(claims)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  })

  test('RFC 9449 §8: where they are required, no proof is taken without', async () => {
    const management = await app.management()
    expect((await management.patch('/latchkey/v1/settings', { dpop_nonce: 'required' })).status).toBe(200)
    try {
      const nonce = await expectNonceWanted()
      expect((await send({ nonce })).status).toBe(200)
    } finally {
      await management.patch('/latchkey/v1/settings', { dpop_nonce: null })
    }
    expect((await send()).status).toBe(200)
  })

  test('RFC 9449 §9: a resource asks for one with 401, in the challenge', async () => {
    const token = textOf(await send(), 'access_token')
    const answer = await userinfoWith(app, await dpopToken(app, key, token, { iat: 1 }))
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^DPoP realm="[^"]+", error="use_dpop_nonce", .*algs="/,
    )
    expect(nonceOf(answer)).not.toBe('')
    expect(answer.headers.get('access-control-expose-headers')).toContain('DPoP-Nonce')
    const again = await userinfoWith(
      app,
      await dpopToken(app, key, token, { iat: 1, nonce: nonceOf(answer) }),
    )
    // The token is of an application: but the proof was taken.
    expect(again.status).toBe(403)
  })

  if (testStore.kind === 'postgres') {
    test('every node knows the nonces and the proofs of the others', async () => {
      const node = await app.startNode()
      try {
        const nonce = await expectNonceWanted({ iat: 0 })
        expect((await send({ nonce, jti: 'for two' }, node.issuer)).status).toBe(200)
        expect((await send({ nonce, jti: 'for two' })).status).toBe(400)
      } finally {
        await node.close()
      }
    })
  }
})
