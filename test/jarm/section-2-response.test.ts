import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { REDIRECT_URI, type TestApplication } from '../support/fixtures.ts'
import { secondsFrom } from '../support/keyed-application.ts'
import { authorizationUrl, authorize, open, redeem, writingNothing } from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  application = await app.fixtures.firstParty()
  signedIn = createBrowser(app.issuer)
  await authorize(app, application, await app.fixtures.user(), {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

const urlWith = (parameters: Readonly<Record<string, string>>): string =>
  authorizationUrl(app, application, { state: 's', ...parameters })

/** JARM §2.4: what a client does with the answer. */
const verified = async (response: string) => {
  const jwks = (await (await fetch(`${app.issuer}/oauth2/jwks`)).json()) as JSONWebKeySet
  return jwtVerify(response, createLocalJWKSet(jwks), {
    issuer: app.issuer,
    audience: application.clientId,
    algorithms: ['RS256'],
    currentDate: app.clock.now(),
  })
}

describe('JARM §2.1: the JWT', () => {
  test.each(['jwt', 'query.jwt'])('JARM §2.1, §2.3.1: %s answers with a code in one', async (mode) => {
    const { url } = await signedIn.get(urlWith({ response_mode: mode }))
    // RFC 9207 §2.4: iss is in it, and nothing is beside it.
    expect([...url.searchParams.keys()]).toEqual(['response'])
    expect(url.href.startsWith(`${REDIRECT_URI}?response=`)).toBe(true)
    const { payload, protectedHeader } = await verified(url.searchParams.get('response') ?? '')
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) })
    expect(payload).toEqual({
      iss: app.issuer,
      aud: application.clientId,
      exp: expect.any(Number),
      code: expect.stringMatching(/^[\w-]{43}$/),
      state: 's',
    })
    // JARM §2.1: ten minutes at most.
    expect(payload.exp).toBeGreaterThan(secondsFrom(app))
    expect(payload.exp).toBeLessThanOrEqual(secondsFrom(app, 600))
    expect((await redeem(app, application, String(payload['code']))).status).toBe(200)
  })

  test('JARM §2.1: an error is in one too', async () => {
    const opened = await writingNothing(app, () => open(urlWith({ response_mode: 'jwt', scope: 'nonsense' })))
    const query = new URL(opened.location ?? '').searchParams
    expect([...query.keys()]).toEqual(['response'])
    const { payload } = await verified(query.get('response') ?? '')
    expect(payload).toEqual({
      iss: app.issuer,
      aud: application.clientId,
      exp: expect.any(Number),
      error: 'invalid_scope',
      error_description: expect.any(String),
      state: 's',
    })
  })

  test('JARM §2.1: state is there only if it was sent', async () => {
    const { url } = await signedIn.get(authorizationUrl(app, application, { response_mode: 'jwt' }))
    expect(decodeJwt(url.searchParams.get('response') ?? '')).not.toHaveProperty('state')
  })

  test('JARM §2.3.3: form_post.jwt answers with a form', async () => {
    const visited = await signedIn.get(urlWith({ response_mode: 'form_post.jwt' }))
    const [, response = ''] = /name="response" value="([^"]+)"/.exec(visited.body) ?? []
    expect((await verified(response)).payload['code']).toMatch(/^[\w-]{43}$/)
    for (const name of ['code', 'state', 'iss']) expect(visited.body).not.toContain(`name="${name}"`)
  })

  test('RFC 9068 §4: such a JWT is no access token', async () => {
    const { url } = await signedIn.get(urlWith({ response_mode: 'jwt' }))
    const { status } = await fetch(`${app.issuer}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${url.searchParams.get('response')}` },
    })
    expect(status).toBe(401)
  })

  test('JARM §4: metadata say so', async () => {
    const metadata = await (await fetch(`${app.issuer}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({
      response_modes_supported: expect.arrayContaining(['jwt', 'query.jwt', 'form_post.jwt']),
      authorization_signing_alg_values_supported: expect.arrayContaining(['RS256']),
    })
  })

  test('RFC 6749 §3.1: response_mode sent twice is told in the usual way', async () => {
    const opened = await open(`${urlWith({ response_mode: 'jwt' })}&response_mode=jwt`)
    const query = new URL(opened.location ?? '').searchParams
    expect(query.get('error')).toBe('invalid_request')
    expect(query.get('iss')).toBe(app.issuer)
  })
})
