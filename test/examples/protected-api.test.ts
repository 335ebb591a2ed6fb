import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectMachineClient } from '../../examples/machine-client/machine-client.ts'
import { connectIntrospection } from '../../examples/protected-api/introspection.ts'
import { type ProtectedApi, startProtectedApi } from '../../examples/protected-api/protected-api.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { answerOf, obtainTokens, textOf } from '../support/relying-party.ts'

describe('the sample API', () => {
  let app: TestApp
  let api: ProtectedApi

  beforeAll(async () => {
    app = await startTestApp()
    await app.fixtures.permission('reports:read')
    const audience = await app.stores.environment.clientId()
    if (audience === undefined) throw new Error('The environment has no client ID.')
    api = await startProtectedApi({ issuer: app.issuer, audience, port: 0 })
  })
  afterAll(async () => {
    await api.close()
    await app[Symbol.asyncDispose]()
  })

  const call = async (path: string, token?: string) =>
    answerOf(
      await fetch(
        api.url + path,
        token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
      ),
    )

  it('knows a program by its organization', async () => {
    const organization = await app.fixtures.organization('Acme')
    const { clientId, clientSecret } = await app.fixtures.m2m(organization, { scopes: ['reports:read'] })
    const accessToken = await connectMachineClient({ issuer: app.issuer, clientId, clientSecret })
    const token = await accessToken()
    expect(await accessToken()).toBe(token)

    const { status, body } = await call('/whoami', token)
    expect([status, body]).toEqual([
      200,
      { caller: 'application', application: clientId, organization, scopes: ['reports:read'] },
    ])
    expect((await call('/reports', token)).status).toBe(200)

    const own = await app.fixtures.firstParty()
    const introspect = await connectIntrospection({ issuer: app.issuer, ...own })
    expect(await introspect(token)).toMatchObject({ active: true, org_id: organization })
    expect(await introspect('unknown')).toEqual({ active: false })
  })

  it('knows a user, and asks for the permission that a route needs', async () => {
    const user = await app.fixtures.user()
    const application = await app.fixtures.firstParty()
    const tokens = await obtainTokens(app, application, user, { scope: 'openid email' })
    const { body } = await call('/whoami', textOf(tokens, 'access_token'))
    expect(body).toEqual({
      caller: 'user',
      user: user.id,
      application: application.clientId,
      organization: null,
      scopes: ['openid', 'email'],
    })
    const refused = await call('/reports', textOf(tokens, 'access_token'))
    expect([refused.status, refused.body['error']]).toEqual([403, 'insufficient_scope'])

    // Signed by the same keys, and no key to an API all the same.
    const mistaken = await call('/whoami', textOf(tokens, 'id_token'))
    expect([mistaken.status, mistaken.body['error']]).toEqual([401, 'invalid_token'])
  })

  it('refuses whoever has no token, or a made-up one', async () => {
    const without = await call('/whoami')
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    const madeUp = await call('/whoami', 'made.up.token')
    expect([madeUp.status, madeUp.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ])
  })
})
