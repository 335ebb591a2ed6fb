import { type AuthOptions, auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { clientToken, obtainTokens, textOf } from '../support/relying-party.ts'
import { type ExpressServer, startExpress } from './express-server.ts'

/*
 * An Express API behind express-oauth2-jwt-bearer, which finds the keys by discovery; strict means RFC 9068.
 */

let app: TestApp
let audience: string
beforeAll(async () => {
  app = await startTestApp()
  audience = (await app.stores.environment.clientId()) ?? ''
  await app.fixtures.permission('reports:read')
  await app.fixtures.permission('reports:write')
})
afterAll(() => app[Symbol.asyncDispose]())

const serve = async (options: AuthOptions): Promise<ExpressServer> => {
  const server = await startExpress()
  server.express.use(auth({ issuerBaseURL: app.issuer, ...options }))
  server.express.get('/', (request, response) => void response.json(request.auth?.payload))
  server.express.get(
    '/reports',
    requiredScopes('reports:read'),
    (_request, response) => void response.json(['a report']),
  )
  return server
}

const call = (server: ExpressServer, path: string, token?: string) =>
  fetch(server.origin + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })

const ownToken = async (scopes: readonly string[]): Promise<string> => {
  const application = await app.fixtures.m2m(await app.fixtures.organization(), { scopes })
  return textOf(await clientToken(app, application), 'access_token')
}

describe.each([{ strict: false }, { strict: true }])(
  'an Express route with strict: $strict',
  ({ strict }) => {
    test('RFC 9068 §4: lets the access token of a user pass', async () => {
      await using server = await serve({ audience, strict })
      const user = await app.fixtures.user()
      const application = await app.fixtures.firstParty({ scopes: ['reports:read'] })
      const tokens = await obtainTokens(app, application, user, { scope: 'openid reports:read' })
      const response = await call(server, '/', textOf(tokens, 'access_token'))
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ sub: user.id, client_id: application.clientId })
      expect((await call(server, '/reports', textOf(tokens, 'access_token'))).status).toBe(200)
    })

    test('RFC 9068 §4: lets the token of an M2M application pass', async () => {
      await using server = await serve({ audience, strict })
      const response = await call(server, '/reports', await ownToken(['reports:read', 'reports:write']))
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual(['a report'])
    })

    test('RFC 6750 §3.1: refuses a token without the required scope', async () => {
      await using server = await serve({ audience, strict })
      for (const scopes of [['reports:write'], []]) {
        const response = await call(server, '/reports', await ownToken(scopes))
        expect(response.status).toBe(403)
        expect(response.headers.get('www-authenticate')).toContain('insufficient_scope')
      }
    })

    test('RFC 6750 §3: refuses a call without a token', async () => {
      await using server = await serve({ audience, strict })
      expect((await call(server, '/')).status).toBe(401)
    })

    test('RFC 7519 §4.1.3: refuses a token for another audience', async () => {
      await using server = await serve({ audience: 'https://another.example.com', strict })
      const response = await call(server, '/', await ownToken(['reports:read']))
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toContain('invalid_token')
    })
  },
)

test('RFC 9068 §4: strict, it refuses an ID token even where its audience would do', async () => {
  const application = await app.fixtures.firstParty()
  const tokens = await obtainTokens(app, application, await app.fixtures.user())
  await using server = await serve({ audience: application.clientId, strict: true })
  const response = await call(server, '/', textOf(tokens, 'id_token'))
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain("'typ'")
})
