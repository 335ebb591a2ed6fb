import Fastify, { type FastifyInstance } from 'fastify'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signingAlgorithms } from '../../src/protocol/signing-algorithm.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { clientToken, obtainTokens, textOf } from '../support/relying-party.ts'

/*
 * An API that verifies access tokens with jose, as the documentation tells its developers to: issuer, audience (the
 * client ID of the environment) and type.
 */

let app: TestApp
let api: FastifyInstance
beforeAll(async () => {
  app = await startTestApp()
  api = apiFor((await app.stores.environment.clientId()) ?? '')
  await api.listen({ host: 'localhost', port: 0 })
})
afterAll(async () => {
  await api.close()
  await app[Symbol.asyncDispose]()
})

const apiFor = (audience: string): FastifyInstance => {
  const keySet = createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`))
  const server = Fastify()
  server.get('/', async (request, reply) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
    try {
      const { payload } = await jwtVerify(token, keySet, { issuer: app.issuer, audience, typ: 'at+jwt' })
      return payload
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
      const claim = error instanceof errors.JWTClaimValidationFailed ? error.claim : undefined
      return reply.code(401).send({ code: error.code, claim })
    }
  })
  return server
}

const call = async (server: FastifyInstance, accessToken: string) => {
  const address = server.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The API does not listen.')
  const response = await fetch(`http://localhost:${address.port}/`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  return { status: response.status, body: (await response.json()) as unknown }
}

const userTokens = async () => {
  const organization = await app.fixtures.organization()
  const user = await app.fixtures.user({ organizations: [organization] })
  const application = await app.fixtures.firstParty()
  return { user, organization, application, tokens: await obtainTokens(app, application, user) }
}

describe('an API that verifies with createRemoteJWKSet and jwtVerify', () => {
  test('RFC 9068 §4: accepts the access token of a user, who is its sub', async () => {
    const { user, organization, application, tokens } = await userTokens()
    expect(await call(api, textOf(tokens, 'access_token'))).toMatchObject({
      status: 200,
      body: { sub: user.id, org_id: organization, client_id: application.clientId, scope: 'openid' },
    })
  })

  test('RFC 9068 §4: accepts the token of an M2M application, whose organization is its org_id', async () => {
    const organization = await app.fixtures.organization()
    const application = await app.fixtures.m2m(organization)
    const tokens = await clientToken(app, application)
    expect(await call(api, textOf(tokens, 'access_token'))).toMatchObject({
      status: 200,
      body: { sub: application.clientId, client_id: application.clientId, org_id: organization },
    })
  })

  test('RFC 7519 §4.1.3: refuses a token for another audience', async () => {
    const { tokens } = await userTokens()
    await using other = apiFor('https://another.example.com')
    await other.listen({ host: 'localhost', port: 0 })
    expect(await call(other, textOf(tokens, 'access_token'))).toEqual({
      status: 401,
      body: { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'aud' },
    })
  })

  test('RFC 9068 §4: refuses an ID token by its type, even where its audience would do', async () => {
    const { application, tokens } = await userTokens()
    expect((await call(api, textOf(tokens, 'id_token'))).status).toBe(401)
    await using careless = apiFor(application.clientId)
    await careless.listen({ host: 'localhost', port: 0 })
    expect(await call(careless, textOf(tokens, 'id_token'))).toEqual({
      status: 401,
      body: { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'typ' },
    })
  })

  test('RFC 7515 §5.2: refuses a token that was altered, and one of another server', async () => {
    const { tokens } = await userTokens()
    const [header, payload, signature = ''] = textOf(tokens, 'access_token').split('.')
    const altered = `${header}.${payload}.${signature.slice(0, -8)}AAAAAAAA`
    expect(await call(api, altered)).toMatchObject({
      status: 401,
      body: { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' },
    })
    await using elsewhere = await startTestApp({ template: 'empty' })
    const application = await elsewhere.fixtures.m2m(await elsewhere.fixtures.organization())
    const foreign = await clientToken(elsewhere, application)
    expect(await call(api, textOf(foreign, 'access_token'))).toMatchObject({
      status: 401,
      body: { code: 'ERR_JWKS_NO_MATCHING_KEY' },
    })
  })
})

test.each(signingAlgorithms)(
  'RFC 7517 §5: tokens signed with %s verify by the key set',
  async (algorithm) => {
    const settings = { access_token: { algorithm } }
    expect((await (await app.management()).patch('/latchkey/v1/settings', settings)).status).toBe(200)
    const application = await app.fixtures.m2m(await app.fixtures.organization())
    const tokens = await clientToken(app, application)
    const keySet = createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`))
    const { protectedHeader } = await jwtVerify(textOf(tokens, 'access_token'), keySet, {
      issuer: app.issuer,
      algorithms: [algorithm],
      currentDate: app.clock.now(),
    })
    expect(protectedHeader).toMatchObject({ alg: algorithm, kid: expect.any(String), typ: 'at+jwt' })
  },
)
