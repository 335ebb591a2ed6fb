import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { bearer, METADATA, register, registeredApplication, send, switchOn } from '../support/registration.ts'
import {
  type Answer,
  basic,
  introspect,
  issuingNothing,
  obtainTokens,
  refresh,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { registrationLimits: { perAddress: 1000, changesPerAddress: 1000 } },
  })
  await switchOn(app)
})
afterAll(() => app[Symbol.asyncDispose]())

let registered: Answer
let uri: string
let token: string
let application: TestApplication
beforeEach(async () => {
  registered = await register(app)
  uri = textOf(registered, 'registration_client_uri')
  token = textOf(registered, 'registration_access_token')
  application = await registeredApplication(app, registered)
})

const read = (accessToken = token, at = uri) => send(at, undefined, { method: 'GET', ...bearer(accessToken) })
const put = (members: unknown, accessToken = token) =>
  send(uri, members, { method: 'PUT', ...bearer(accessToken) })
const remove = (accessToken = token) => send(uri, undefined, { method: 'DELETE', ...bearer(accessToken) })

const expectInvalidToken = ({ status, headers, body }: Answer): void => {
  expect({ status, body }).toEqual({
    status: 401,
    body: { error: 'invalid_token', error_description: expect.any(String) },
  })
  expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  expect(headers.get('cache-control')).toBe('no-store')
}

describe('RFC 7592 §2.1: read', () => {
  test('RFC 7592 §3: all that is registered, with the token and without the secret', async () => {
    const { client_secret: _, ...shownAgain } = registered.body
    const { status, body, headers } = await read()
    expect({ status, body }).toEqual({ status: 200, body: shownAgain })
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('RFC 7592 §2: only by its own token, and nothing tells what is wrong', async () => {
    const other = await register(app)
    const publicOne = await register(app, { ...METADATA, token_endpoint_auth_method: 'none' })
    const firstParty = await app.fixtures.firstParty()
    const base = `${app.issuer}/oauth2/register`
    const answers = await issuingNothing(app, () =>
      Promise.all([
        read(`${token.slice(0, -1)}${token.endsWith('x') ? 'y' : 'x'}`),
        read(textOf(other, 'registration_access_token')),
        read(textOf(registered, 'client_secret')),
        read(token, textOf(other, 'registration_client_uri')),
        read(token, `${base}/${publicOne.body['client_id']}`),
        read(token, `${base}/${firstParty.clientId}`),
        read(token, `${base}/client_nobody`),
        read(token, `${base}/%00`),
      ]),
    )
    for (const answer of answers) expectInvalidToken(answer)
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  test('RFC 6750 §3.1: without any token the challenge says what is needed, and nothing of an error', async () => {
    const publicOne = await register(app, { ...METADATA, token_endpoint_auth_method: 'none' })
    const answers = await issuingNothing(app, () =>
      Promise.all([
        send(uri, undefined, { method: 'GET' }),
        send(uri, METADATA, { method: 'PUT' }),
        send(uri, undefined, { method: 'DELETE' }),
        send(uri, undefined, {
          method: 'GET',
          headers: basic(application.clientId, application.clientSecret),
        }),
        read(''),
        read('', `${app.issuer}/oauth2/register/${publicOne.body['client_id']}`),
      ]),
    )
    for (const { status, headers } of answers) {
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toBe(`Bearer realm="${app.issuer}"`)
    }
  })

  test('the token is kept as a hash, and no line of the log holds it', async () => {
    await read()
    expect(app.logLines.join('')).not.toContain(token)
    const row = await app.stores.clients.byId(application.id)
    expect(JSON.stringify(row)).not.toContain(token)
  })
})

describe('RFC 7592 §2.2: replace', () => {
  test('RFC 7592 §2.2: what is said replaces all that was said, and counts at once', async () => {
    const redirect_uris = ['https://new.example/callback']
    const { status, body } = await put({
      client_id: application.clientId,
      client_secret: application.clientSecret,
      client_name: 'New notes',
      redirect_uris,
      policy_uri: 'https://new.example/privacy',
    })
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { client_name: 'New notes', redirect_uris, policy_uri: 'https://new.example/privacy' },
    })
    const user = await app.fixtures.user()
    const moved = { ...application, redirectUri: 'https://new.example/callback' }
    expect((await obtainTokens(app, moved, user)).status).toBe(200)
    await expect(obtainTokens(app, application, user)).rejects.toThrow()
    const { body: events } = await (await app.management()).get(
      '/events?events=application.updated&order=desc',
    )
    expect(JSON.stringify(events)).toContain('New notes')
  })

  test.each([
    ['no client_id', { client_id: undefined }],
    ['another client_id', { client_id: 'client_01JZZZZZZZZZZZZZZZZZZZZZZZ' }],
    ['a token', { registration_access_token: 'x' }],
    ['an address', { registration_client_uri: 'https://a.example/' }],
    ['a time of issue', { client_id_issued_at: 1 }],
    ['an expiry of the secret', { client_secret_expires_at: 0 }],
    ['a secret of its own choice', { client_secret: 'hunter2' }],
    ['to become public', { token_endpoint_auth_method: 'none' }],
    [
      'a key in place of a secret',
      {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: 'https://a.example/jwks',
      },
    ],
    ['what registering refuses', { tos_uri: 'javascript:alert(1)' }],
  ])('RFC 7592 §2.2: %s is refused, and nothing changes', async (_what, members) => {
    const { status, body } = await put({ ...METADATA, client_id: application.clientId, ...members })
    expect([status, body['error']]).toEqual([400, 'invalid_client_metadata'])
    expect((await read()).body['client_name']).toBe('Notes')
  })

  test('RFC 7591 §3.2.2: a redirect URI that cannot be', async () => {
    const members = { client_id: application.clientId, redirect_uris: ['javascript:alert(1)'] }
    const { status, body } = await put(members)
    expect([status, body['error']]).toEqual([400, 'invalid_redirect_uri'])
  })

  test('RFC 7592 §5: with somebody else’s token nothing changes', async () => {
    const other = await register(app)
    const members = { ...METADATA, client_id: application.clientId, client_name: 'Taken over' }
    expectInvalidToken(await put(members, textOf(other, 'registration_access_token')))
    expect((await read()).body['client_name']).toBe('Notes')
  })
})

describe('RFC 7592 §2.3: delete', () => {
  test('RFC 7592 §2.3: 204; the client, its tokens and its registration token are worth nothing', async () => {
    const user = await app.fixtures.user()
    const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' })
    const guard = await app.fixtures.firstParty()
    const accessToken = textOf(tokens, 'access_token')
    expect((await introspect(app, guard, accessToken)).body['active']).toBe(true)

    const { status, body } = await remove()
    expect({ status, body }).toEqual({ status: 204, body: {} })
    expectInvalidToken(await read())
    expectInvalidToken(await put({ ...METADATA, client_id: application.clientId }))
    expectInvalidToken(await remove())
    expect((await refresh(app, application, textOf(tokens, 'refresh_token'))).status).toBe(401)
    expect((await introspect(app, guard, accessToken)).body).toEqual({ active: false })
    expect((await userinfo(app, accessToken)).status).toBe(401)
  })

  test('of several at once one deletes it', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => remove()))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401, 401, 401, 401, 401])
    const { body } = await (await app.management()).get('/events?events=application.deleted&limit=100')
    const told = (body as { data: { data: { client_id: string } }[] }).data
    expect(told.filter(({ data }) => data.client_id === application.clientId)).toHaveLength(1)
  })

  test('a change that meets the deletion is refused, or came before it', async () => {
    const members = { ...METADATA, client_id: application.clientId, client_name: 'Late' }
    const [changed, deleted] = await Promise.all([put(members), remove()])
    expect(deleted.status).toBe(204)
    expect([200, 401]).toContain(changed.status)
    expectInvalidToken(await read())
  })
})
