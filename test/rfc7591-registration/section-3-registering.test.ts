import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { wayOn } from '../support/leaving-page.ts'
import {
  bearer,
  countClients,
  expectNotRegistered,
  METADATA,
  register,
  registeredApplication,
  SETTINGS,
  send,
  switchOn,
} from '../support/registration.ts'
import {
  authorizationUrl,
  basic,
  newPkce,
  obtainTokens,
  open,
  post,
  signIn,
  writingNothing,
} from '../support/relying-party.ts'
import { newTestKey } from '../support/signing-client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ overrides: { registrationLimits: { perAddress: 1000 } } })
})
afterAll(() => app[Symbol.asyncDispose]())

const documentOf = async () =>
  (await (await fetch(`${app.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>

describe('while it is off', () => {
  test('nobody registers, and metadata has no registration_endpoint', async () => {
    const metadata = await documentOf()
    expect(metadata).not.toHaveProperty('registration_endpoint')
    await writingNothing(app, () =>
      expectNotRegistered(app, METADATA, 'dynamic_client_registration_disabled', 403),
    )
  })

  test('one that registered before may look and leave, and change nothing', async () => {
    await switchOn(app)
    const { body } = await register(app)
    const uri = String(body['registration_client_uri'])
    const token = String(body['registration_access_token'])
    await (await app.management()).patch(SETTINGS, { dynamic_client_registration: false })
    expect((await send(uri, undefined, { method: 'GET', ...bearer(token) })).status).toBe(200)
    const change = { client_id: body['client_id'], ...METADATA, client_name: 'Other' }
    const refused = await send(uri, change, { method: 'PUT', ...bearer(token) })
    expect([refused.status, refused.body['error']]).toEqual([403, 'dynamic_client_registration_disabled'])
    expect((await send(uri, undefined, { method: 'DELETE', ...bearer(token) })).status).toBe(204)
    await switchOn(app)
  })
})

describe('RFC 7591 §3.2.1: the answer', () => {
  beforeAll(() => switchOn(app))

  test('RFC 8414 §2: registration_endpoint is in both documents', async () => {
    expect((await documentOf())['registration_endpoint']).toBe(`${app.issuer}/oauth2/register`)
    const other = await fetch(`${app.issuer}/.well-known/oauth-authorization-server`)
    expect(await other.json()).toEqual(await documentOf())
  })

  test('RFC 7591 §3.2.1: a confidential client gets an ID, a secret, and what was chosen for it', async () => {
    const { status, body, headers } = await register(app, {
      ...METADATA,
      contacts: ['ops@notes.example'],
      software_id: 'notes',
      something_else: { nobody: 'knows' },
    })
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        client_id: expect.stringMatching(/^client_/),
        client_id_issued_at: expect.any(Number),
        client_secret: expect.stringMatching(/^lks_/),
        client_secret_expires_at: 0,
        registration_access_token: expect.stringMatching(/^lkr_/),
        registration_client_uri: `${app.issuer}/oauth2/register/${body['client_id']}`,
        client_name: 'Notes',
        redirect_uris: METADATA.redirect_uris,
        // RFC 7591 §2: the default.
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: expect.arrayContaining(['authorization_code', 'refresh_token']),
        response_types: ['code'],
        scope: 'openid profile email address phone offline_access',
        contacts: ['ops@notes.example'],
        software_id: 'notes',
      },
    })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toMatch(/^application\/json/)
  })

  test('a public client gets neither a secret nor a token to change it with', async () => {
    const { body } = await register(app, { ...METADATA, token_endpoint_auth_method: 'none' })
    expect(body).toMatchObject({ token_endpoint_auth_method: 'none' })
    for (const name of ['client_secret', 'client_secret_expires_at', 'registration_access_token']) {
      expect(body).not.toHaveProperty(name)
    }
  })

  test('one that proves who it is by a key gets no secret', async () => {
    const { publicJwk } = await newTestKey('ES256')
    const { status, body } = await register(app, {
      ...METADATA,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [publicJwk] },
    })
    expect(status).toBe(201)
    expect(body['client_secret']).toBeUndefined()
    expect(body['jwks']).toEqual({ keys: [publicJwk] })
  })

  test('it is somebody else’s software that nobody has checked: users are asked, and told', async () => {
    const application = await registeredApplication(app, await register(app))
    const user = await app.fixtures.user()
    const browser = createBrowser(app.issuer)
    const url = authorizationUrl(app, application, newPkce().parameters)
    const consent = await signIn(browser, await browser.get(url), user)
    expect(consent.url.pathname).toBe('/consent')
    expect(consent.body).toContain('This application registered itself and nobody has checked it.')
    const tokens = await obtainTokens(app, application, user)
    expect(tokens.status).toBe(200)
  })

  test('RFC 6749 §2.3.1: the secret is taken by Basic and in the body, whichever was registered', async () => {
    const answer = await register(app, { ...METADATA, token_endpoint_auth_method: 'client_secret_post' })
    const { clientId, clientSecret } = await registeredApplication(app, answer)
    const url = `${app.issuer}/oauth2/revoke`
    const inBody = { token: 'none', client_id: clientId, client_secret: clientSecret }
    expect((await post(url, inBody)).status).toBe(200)
    expect((await post(url, { token: 'none' }, basic(clientId, clientSecret))).status).toBe(200)
  })

  test('a public client has to send PKCE (RFC 9700 §2.1.1)', async () => {
    const answer = await register(app, { ...METADATA, token_endpoint_auth_method: 'none' })
    const application = await registeredApplication(app, answer)
    const { body } = await open(authorizationUrl(app, application))
    expect(wayOn(body).searchParams.get('error')).toBe('invalid_request')
  })

  test('scopes that are permissions are not to be had by asking', async () => {
    await app.fixtures.permission('invoices:read')
    const answer = await register(app, { ...METADATA, scope: 'openid invoices:read' })
    expect(answer.body['scope']).toBe('openid profile email address phone offline_access')
    const application = await registeredApplication(app, answer)
    const url = authorizationUrl(app, application, { scope: 'openid invoices:read' })
    const { body } = await open(url)
    expect(wayOn(body).searchParams.get('error')).toBe('invalid_scope')
  })

  test('RFC 7591 §2: null is as good as nothing, and a client without a name is known by its host', async () => {
    const { body } = await register(app, {
      redirect_uris: METADATA.redirect_uris,
      client_name: null,
      jwks: null,
      grant_types: [],
      response_types: [],
    })
    expect(body['client_name']).toBe('notes.example')
  })

  test('the management API lists it as dynamic, and deletes it', async () => {
    const management = await app.management()
    const { body } = await register(app)
    const id = String(body['client_id'])
    const listed = async (query: string) => {
      const answer = await management.get(`/connect/applications?limit=100${query}`)
      return (answer.body as { data: { client_id: string }[] }).data.map(({ client_id }) => client_id)
    }
    expect(await listed('')).not.toContain(id)
    expect(await listed('&registration_types=dynamic')).toContain(id)
    const { body: events } = await management.get('/events?events=application.created&limit=100')
    const [event] = (events as { data: { data: { client_id: string } }[] }).data.filter(
      ({ data }) => data.client_id === id,
    )
    expect(event).toMatchObject({ data: { was_dynamically_registered: true } })
    expect(JSON.stringify(events)).not.toContain('lks_')
    expect((await management.delete(`/connect/applications/${id}`)).status).toBe(204)
    expect(await listed('&registration_types=dynamic')).not.toContain(id)
  })

  test('CORS: pages may register, and manage what they registered', async () => {
    const uri = `${app.issuer}/oauth2/register`
    for (const url of [uri, `${uri}/client_x`]) {
      const preflight = await fetch(url, {
        method: 'OPTIONS',
        headers: { origin: 'https://inspector.example', 'access-control-request-method': 'PUT' },
      })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        expect(preflight.headers.get('access-control-allow-methods')).toContain(method)
      }
    }
    const refused = await send(uri, '{', { headers: { origin: 'https://inspector.example' } })
    expect(refused.headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('the same software again', () => {
  const PUBLIC = { ...METADATA, client_name: 'Editor', token_endpoint_auth_method: 'none' }

  test('gets the same client, though the members come in another order', async () => {
    const first = await register(app, PUBLIC)
    const before = await countClients(app)
    const again = await register(app, Object.fromEntries(Object.entries(PUBLIC).reverse()))
    expect(again.body).toEqual(first.body)
    expect(await countClients(app)).toBe(before)
  })

  test('RFC 8252 §7.3: software that listens at another port each time is the same software', async () => {
    const at = (port: number) =>
      register(app, {
        ...PUBLIC,
        client_name: 'Terminal',
        redirect_uris: [`http://127.0.0.1:${port}/callback`],
      })
    const [first, second] = [await at(49152), await at(51004)]
    expect(second.body['client_id']).toBe(first.body['client_id'])
    expect(second.body['redirect_uris']).toEqual(['http://127.0.0.1:51004/callback'])
    const elsewhere = await register(app, {
      ...PUBLIC,
      client_name: 'Terminal',
      redirect_uris: ['http://localhost:51004/callback'],
    })
    expect(elsewhere.body['client_id']).not.toBe(first.body['client_id'])
  })

  test('is another client as soon as anything it says differs', async () => {
    const { body } = await register(app, PUBLIC)
    for (const other of [
      { client_name: 'Editor 2' },
      { software_version: '2' },
      { tos_uri: 'https://a.example/' },
    ]) {
      expect((await register(app, { ...PUBLIC, ...other })).body['client_id']).not.toBe(body['client_id'])
    }
  })

  test('registers once, however many do at once', async () => {
    const before = await countClients(app)
    const racing = { ...PUBLIC, client_name: 'Racing' }
    const answers = await Promise.all(Array.from({ length: 12 }, () => register(app, racing)))
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(201))
    expect(new Set(answers.map(({ body }) => body['client_id'])).size).toBe(1)
    expect(await countClients(app)).toBe(before + 1)
  })

  test('a confidential client is somebody’s: each gets one of its own', async () => {
    const [first, second] = [await register(app), await register(app)]
    for (const name of ['client_id', 'client_secret', 'registration_access_token']) {
      expect(first.body[name]).not.toBe(second.body[name])
    }
  })
})

describe('RFC 7591 §3.2.2, §5: what is refused', () => {
  test.each([
    ['none at all', undefined],
    ['an empty list', []],
    ['not a list', 'https://a.example/'],
    ['not text', [1]],
    ['no URI', ['callback']],
    ['http elsewhere', ['http://a.example/callback']],
    ['a fragment', ['https://a.example/callback#x']],
    ['a wildcard', ['https://*.a.example/callback']],
    ['user information', ['https://user@a.example/callback']],
    ['a script', ['javascript:alert(1)']],
    ['data', ['data:text/html,x']],
    ['a file', ['file:///etc/passwd']],
    ['what runs a program', ['ms-msdt:/id']],
    ['a scheme that nobody knows', ['whatever:/callback']],
    ['white space', ['https://a.example/call back']],
    ['one of two', ['https://a.example/callback', 'javascript:alert(1)']],
  ])('RFC 7591 §5: redirect_uris: %s', async (_what, redirect_uris) => {
    await expectNotRegistered(app, { ...METADATA, redirect_uris }, 'invalid_redirect_uri')
  })

  test.each([
    ['a method there is not', { token_endpoint_auth_method: 'client_secret_jwt' }],
    ['certificates, where none arrive', { token_endpoint_auth_method: 'self_signed_tls_client_auth' }],
    ['a key method without keys', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['keys twice', { jwks: { keys: [] }, jwks_uri: 'https://a.example/jwks' }],
    ['keys at an address in clear', { jwks_uri: 'http://a.example/jwks' }],
    ['a shared secret for a key', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }],
    ['keys that are none', { jwks: 'x' }],
    ['no grant type that there is', { grant_types: ['implicit'] }],
    ['a response type that there is not', { response_types: ['token'] }],
    ['an algorithm that there is not', { id_token_signed_response_alg: 'none' }],
    ['a name that hides something', { client_name: 'Notes\u202Eexe' }],
    ['a name that is too long', { client_name: 'x'.repeat(300) }],
    ['a page that is a script', { client_uri: 'javascript:alert(1)' }],
    ['a logo in clear', { logo_uri: 'http://a.example/logo.png' }],
    ['terms that are no page', { tos_uri: 'data:text/html,x' }],
    ['a frame that is not its own', { frontchannel_logout_uri: 'https://other.example/logout' }],
    ['a policy that is not text', { policy_uri: 1 }],
    [
      'pairwise subjects of several sectors',
      {
        subject_type: 'pairwise',
        redirect_uris: ['https://a.example/', 'https://b.example/'],
      },
    ],
  ])('RFC 7591 §3.2.2: %s', async (_what, members) => {
    await expectNotRegistered(app, { ...METADATA, ...members }, 'invalid_client_metadata')
  })

  test.each(['', '{', '[]', '"x"', 'null', '1'])(
    'RFC 7591 §3.1: a body that is no object: %j',
    async (body) => {
      await expectNotRegistered(app, body, 'invalid_client_metadata')
    },
  )

  test('RFC 7591 §3.1: a form is no registration', async () => {
    const { status, body } = await post(`${app.issuer}/oauth2/register`, { client_name: 'x' })
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })

  test('a body that is too long', async () => {
    await expectNotRegistered(app, { ...METADATA, x: 'x'.repeat(70_000) }, 'invalid_request', 413)
  })

  test('a profile is not the client’s to choose', async () => {
    const { body } = await register(app, { ...METADATA, profile: 'fapi2' })
    expect(body).not.toHaveProperty('profile')
  })

  test('RFC 7591 §2.3: a software statement is ignored, as whoever trusts none may', async () => {
    const { status, body } = await register(app, { ...METADATA, software_statement: 'x.y.z' })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('software_statement')
  })

  test('names of objects’ own machinery are but unknown members', async () => {
    const { status } = await register(
      app,
      `{"__proto__":{"client_name":"x"},"constructor":{"prototype":1},${JSON.stringify(METADATA).slice(1)}`,
    )
    expect(status).toBe(201)
  })
})

describe('RFC 7591 §5: floods', () => {
  test('an address that registers too much waits; software that is known already does not', async () => {
    await using flooded = await startTestApp({
      overrides: { registrationLimits: { windowSeconds: 600, perAddress: 3 } },
    })
    await switchOn(flooded)
    const known = { ...METADATA, token_endpoint_auth_method: 'none' }
    expect((await register(flooded, known)).status).toBe(201)
    const answers = await Promise.all(Array.from({ length: 8 }, () => register(flooded)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
    const refused = await expectNotRegistered(flooded, METADATA, 'temporarily_unavailable', 429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await register(flooded, known)).status).toBe(201)
    flooded.clock.advance(601)
    expect((await register(flooded)).status).toBe(201)
  })

  test('RFC 7591 §5: however many networks they come from, there is an end to new clients', async () => {
    await using flooded = await startTestApp({
      overrides: { registrationLimits: { perAddress: 100, perEnvironment: 2 } },
    })
    await switchOn(flooded)
    const answers = await Promise.all(Array.from({ length: 5 }, () => register(flooded)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
    const refused = await expectNotRegistered(flooded, METADATA, 'temporarily_unavailable', 429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
