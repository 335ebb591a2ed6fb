import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { describeApplication } from '../support/keyed-application.ts'
import {
  clientToken,
  credentials,
  expectRefusal,
  introspect,
  post,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

const SIGNED = 'application/token-introspection+jwt'

let app: TestApp
let api: TestApplication
let machine: TestApplication
let token: string
beforeAll(async () => {
  app = await startTestApp()
  api = await app.fixtures.firstParty()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
  token = textOf(await clientToken(app, machine), 'access_token')
})
afterAll(() => app[Symbol.asyncDispose]())

const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${app.issuer}/oauth2/introspection`, {
    method: 'POST',
    body: new URLSearchParams({ ...credentials(api), ...form }),
    headers,
  })

const verified = async (response: Response, algorithm = 'RS256') => {
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe(SIGNED)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('vary')?.toLowerCase()).toContain('accept')
  const jwt = await response.text()
  const keys = createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`))
  const { payload } = await jwtVerify(jwt, keys, {
    issuer: app.issuer,
    audience: api.clientId,
    typ: 'token-introspection+jwt',
    algorithms: [algorithm],
    currentDate: app.clock.now(),
  })
  return { jwt, payload }
}

describe('RFC 9701: signed answers', () => {
  test('RFC 9701 §5: iss, aud, iat and the answer as one claim, nothing beside', async () => {
    const before = Math.floor(app.clock.now().getTime() / 1000)
    const { payload } = await verified(await ask({ token }, { accept: SIGNED }))
    expect(payload).toEqual({
      iss: app.issuer,
      aud: api.clientId,
      iat: expect.any(Number),
      token_introspection: (await introspect(app, api, token)).body,
    })
    expect(payload.iat).toBeGreaterThanOrEqual(before)
    expect(payload.iat).toBeLessThanOrEqual(app.clock.now().getTime() / 1000)
    expect(payload['token_introspection']).toMatchObject({ active: true, client_id: machine.clientId })
  })

  test('RFC 9701 §5: of a token that does not hold just that', async () => {
    const { payload } = await verified(await ask({ token: 'nothing' }, { accept: SIGNED }))
    expect(payload['token_introspection']).toEqual({ active: false })
  })

  test.each(['*/*', 'application/json', `${SIGNED};q=0.1, application/json`])(
    'RFC 9701 §4: Accept: %s is answered by JSON',
    async (accept) => {
      const response = await ask({ token }, { accept })
      expect(response.headers.get('content-type')).toMatch(/^application\/json/)
      expect(await response.json()).toMatchObject({ active: true })
    },
  )

  test('RFC 9701 §6: who registered an algorithm always gets it, signed with that', async () => {
    await describeApplication(app, api, { introspection_signed_response_alg: 'ES256' })
    await verified(await ask({ token }), 'ES256')
    await describeApplication(app, api, {})
  })

  test('RFC 9701 §8.1: the answer opens nothing', async () => {
    const { jwt } = await verified(await ask({ token }, { accept: SIGNED }))
    expect((await userinfo(app, jwt)).status).toBe(401)
    expect((await introspect(app, api, jwt)).body).toEqual({ active: false })
  })

  test('RFC 9701 §5: errors stay JSON', async () => {
    const form = { ...credentials(api), token, client_secret: 'wrong' }
    expectRefusal(
      await post(`${app.issuer}/oauth2/introspection`, form, { accept: SIGNED }),
      401,
      'invalid_client',
    )
    expectRefusal(
      await post(`${app.issuer}/oauth2/introspection`, credentials(api), { accept: SIGNED }),
      400,
      'invalid_request',
    )
  })
})
