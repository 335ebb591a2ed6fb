import { decodeJwt, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { toEpochSeconds } from '../../src/system/clock.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  authorize,
  basic,
  expectRefusal,
  introspect,
  issuingNothing,
  post,
  textOf,
} from '../support/relying-party.ts'
import {
  ASSERTION_TYPE,
  assertion,
  assertionClaims,
  newTestKey,
  type TestKey,
  withKeys,
} from '../support/signing-client.ts'

let app: TestApp
let key: TestKey
let other: TestKey
let machine: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  key = await newTestKey()
  other = await newTestKey()
  machine = await keyed()
})
afterAll(() => app[Symbol.asyncDispose]())

/** An application that acts for itself, with those keys and without a need of its secret. */
const keyed = async (metadata: ClientMetadata = {}, keys = [key]): Promise<TestApplication> =>
  withKeys(app, await app.fixtures.m2m(await app.fixtures.organization()), keys, metadata)

const send = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  post(`${app.issuer}/oauth2/token`, { grant_type: 'client_credentials', ...form }, headers)

const now = () => toEpochSeconds(app.clock.now())

const expectRefused = async (form: Record<string, string>, headers: Record<string, string> = {}) =>
  expectRefusal(await issuingNothing(app, () => send(form, headers)), 401, 'invalid_client')

describe('RFC 7523 §2.2, §3: a client authenticates by what it signed', () => {
  test('RFC 7523 §2.2: with client_id or without; the token names no secret', async () => {
    for (const form of [{}, { client_id: machine.clientId }]) {
      const answer = await send({ ...form, ...(await assertion(app, machine, key)) })
      expect(answer.status).toBe(200)
      const claims = decodeJwt(textOf(answer, 'access_token'))
      expect(claims).toMatchObject({ sub: machine.clientId, client_id: machine.clientId })
      expect(claims).not.toHaveProperty('credential_id')
    }
  })

  test.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'])('RFC 7518 §3.1: by %s', async (alg) => {
    const its = await newTestKey(alg)
    expect((await send(await assertion(app, await keyed({}, [its]), its))).status).toBe(200)
  })

  test('RFC 7523 §3 (3): aud may be the token endpoint, the endpoint called, or a list that holds one', async () => {
    for (const aud of [
      `${app.issuer}/oauth2/token`,
      [app.issuer],
      ['https://elsewhere.example', `${app.issuer}/oauth2/token`],
    ]) {
      expect((await send(await assertion(app, machine, key, { aud }))).status).toBe(200)
    }
    const token = textOf(await send(await assertion(app, machine, key)), 'access_token')
    const url = `${app.issuer}/oauth2/introspection`
    const answer = await post(url, { token, ...(await assertion(app, machine, key, { aud: url })) })
    expect(answer.body).toMatchObject({ active: true, client_id: machine.clientId })
    const revoking = `${app.issuer}/oauth2/revoke`
    const revoked = await post(revoking, {
      token,
      ...(await assertion(app, machine, key, { aud: revoking })),
    })
    expect(revoked.status).toBe(200)
    expect((await introspect(app, await app.fixtures.firstParty(), token)).body).toEqual({ active: false })
  })

  test('RFC 6749 §4.1.3, §6: a code and its refresh tokens are redeemed with it, and not without', async () => {
    const application = await withKeys(app, await app.fixtures.firstParty(), [key], {
      token_endpoint_auth_method: 'private_key_jwt',
    })
    const user = await app.fixtures.user()
    const answer = await authorize(app, application, user, { scope: 'openid offline_access' })
    const form = {
      grant_type: 'authorization_code',
      code: answer.get('code') ?? '',
      redirect_uri: application.redirectUri,
    }
    await expectRefused({ ...form, client_id: application.clientId })
    const tokens = await send({ ...form, ...(await assertion(app, application, key)) })
    const refresh = { grant_type: 'refresh_token', refresh_token: textOf(tokens, 'refresh_token') }
    await expectRefused({ ...refresh, client_id: application.clientId })
    expect((await send({ ...refresh, ...(await assertion(app, application, key)) })).status).toBe(200)
  })

  test.each<[string, () => Record<string, unknown>]>([
    ['iss of another client', () => ({ iss: 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV' })],
    ['no iss', () => ({ iss: undefined })],
    ['sub of another client', () => ({ sub: 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV' })],
    ['no sub', () => ({ sub: undefined })],
    ['sub that is no text', () => ({ sub: 1 })],
    ['no aud', () => ({ aud: undefined })],
    ['aud of another server', () => ({ aud: 'https://elsewhere.example' })],
    ['aud with a slash more', () => ({ aud: `${app.issuer}/` })],
    ['aud of another endpoint', () => ({ aud: `${app.issuer}/oauth2/introspection` })],
    ['an empty list as aud', () => ({ aud: [] })],
    ['aud that is an object', () => ({ aud: { issuer: app.issuer } })],
    ['no exp', () => ({ exp: undefined })],
    ['exp that is a text', () => ({ exp: String(now() + 60) })],
    ['exp that has passed', () => ({ exp: now() - 11 })],
    ['exp too far ahead', () => ({ exp: now() + 3700 })],
    ['exp beyond all bounds', () => ({ exp: 1e300 })],
    ['nbf in the future', () => ({ nbf: now() + 75 })],
    ['nbf that is no time', () => ({ nbf: 'now' })],
    ['iat in the future', () => ({ iat: now() + 75 })],
    ['iat that is no time', () => ({ iat: {} })],
    ['no jti', () => ({ jti: undefined })],
    ['an empty jti', () => ({ jti: '' })],
    ['jti that is no text', () => ({ jti: 1 })],
    ['a jti that is too long', () => ({ jti: 'x'.repeat(257) })],
  ])('RFC 7523 §3: %s is invalid_client', async (_what, changes) => {
    await expectRefused(await assertion(app, machine, key, changes()))
  })

  test.each<[string, () => Record<string, unknown>]>([
    ['exp a few seconds ago', () => ({ exp: now() - 5 })],
    ['iat of a clock that is ahead', () => ({ iat: now() + 50 })],
    ['no iat', () => ({ iat: undefined })],
    ['other claims', () => ({ nbf: now() - 5, scope: 'x' })],
  ])('RFC 7523 §3: %s is fine', async (_what, changes) => {
    expect((await send(await assertion(app, machine, key, changes()))).status).toBe(200)
  })

  test.each<[string, () => Promise<Record<string, string>>]>([
    ['the key of somebody else', () => assertion(app, machine, other)],
    [
      'an assertion of another client with the same key',
      async () => assertion(app, machine, key, { iss: (await keyed()).clientId }),
    ],
    [
      'a client without keys',
      async () => assertion(app, await app.fixtures.m2m(await app.fixtures.organization()), key),
    ],
    [
      'an unknown client',
      () => assertion(app, { clientId: 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV' as never }, key),
    ],
    [
      'another client_id',
      async () => ({
        client_id: (await keyed()).clientId,
        ...(await assertion(app, machine, key)),
      }),
    ],
    ['no assertion', async () => ({ client_assertion_type: ASSERTION_TYPE })],
    [
      'no type',
      async () => ({ client_assertion: (await assertion(app, machine, key))['client_assertion'] ?? '' }),
    ],
    [
      'another type',
      async () => ({
        ...(await assertion(app, machine, key)),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
      }),
    ],
    ['no JWT', async () => ({ client_assertion_type: ASSERTION_TYPE, client_assertion: 'a.b.c' })],
    ['a text', async () => ({ client_assertion_type: ASSERTION_TYPE, client_assertion: 'x' })],
    [
      'an access token of ours',
      async () => ({
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: textOf(await send(await assertion(app, machine, key)), 'access_token'),
      }),
    ],
  ])('RFC 7521 §4.2: %s is invalid_client', async (_what, form) => {
    const made = await form()
    await expectRefused(made)
  })

  test('RFC 8725 §3.1: neither none nor a shared secret signs', async () => {
    const claims = assertionClaims(app, machine)
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`
    const hmac = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(machine.clientSecret))
    for (const client_assertion of [unsigned, hmac]) {
      await expectRefused({ client_assertion_type: ASSERTION_TYPE, client_assertion })
    }
  })

  test.each([
    'oauth-authz-req+jwt',
    'dpop+jwt',
    'at+jwt',
    'logout+jwt',
    'secevent+jwt',
    'application/at+jwt',
    '',
  ])('RFC 8725 §3.11: what is typed as %j was made for something else, whatever the profile', async (typ) => {
    for (const client of [machine, await keyed({ profile: 'fapi2' })]) {
      await expectRefused(await assertion(app, client, key, {}, { typ }))
    }
  })

  test.each(['JWT', 'jwt', 'client-authentication+jwt', 'application/client-authentication+jwt'])(
    'draft-ietf-oauth-rfc7523bis §4: %s is a type for one',
    async (typ) => {
      expect((await send(await assertion(app, machine, key, {}, { typ }))).status).toBe(200)
    },
  )

  test('RFC 8725 §3.12: a request object, which passes through browsers, is no assertion for want of a typ', async () => {
    for (const typ of [undefined, 'JWT']) {
      await expectRefused(await assertion(app, machine, key, { response_type: 'code' }, { typ }))
    }
  })

  test('RFC 6749 §2.3: an assertion and a secret are one method too many', async () => {
    const form = await assertion(app, machine, key)
    for (const [more, headers] of [
      [{ client_id: machine.clientId, client_secret: machine.clientSecret }, {}],
      // RFC 7521 §4.2: client_id is unnecessary, so that it is missing is not what is wrong.
      [{ client_secret: machine.clientSecret }, {}],
      [{}, basic(machine.clientId, machine.clientSecret)],
    ] as const) {
      const answer = await issuingNothing(app, () => send({ ...form, ...more }, headers))
      expectRefusal(answer, 400, 'invalid_request')
      expect(answer.body['error_description']).toBe('Use one client authentication method, not several.')
    }
  })

  test('a public client proves nothing by a key', async () => {
    const application = await withKeys(app, await app.fixtures.firstParty({ isPublic: true }), [key])
    await expectRefused(await assertion(app, application, key))
  })
})

describe('RFC 7523 §3 (7): an assertion is taken once', () => {
  test('of many at once one gets a token, and no later one', async () => {
    const form = await assertion(app, machine, key)
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(form)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const answer of answers) if (answer.status !== 200) expectRefusal(answer, 401, 'invalid_client')
    await expectRefused(form)
  })

  test('the same jti of another client is another one', async () => {
    const second = await keyed()
    const jti = 'the same'
    expect((await send(await assertion(app, machine, key, { jti }))).status).toBe(200)
    expect((await send(await assertion(app, second, key, { jti }))).status).toBe(200)
    await expectRefused(await assertion(app, second, key, { jti }))
  })

  test('nobody uses up the jti of somebody else: it is marked once everything else is right', async () => {
    const claims = { jti: 'mine' }
    await expectRefused(await assertion(app, machine, other, claims))
    await expectRefused(await assertion(app, machine, key, { ...claims, aud: 'https://elsewhere.example' }))
    expect((await send(await assertion(app, machine, key, claims))).status).toBe(200)
  })
})

describe('OIDC Registration §2, FAPI 2.0 Security Profile §5.3.2.1: what the client is held to', () => {
  test('token_endpoint_auth_signing_alg: by that algorithm and no other', async () => {
    const rsa = await newTestKey('RS256')
    const held = await keyed({ token_endpoint_auth_signing_alg: 'PS256' }, [rsa])
    await expectRefused(await assertion(app, held, rsa))
    const pss = await newTestKey('PS256')
    const other = await keyed({ token_endpoint_auth_signing_alg: 'PS256' }, [pss])
    expect((await send(await assertion(app, other, pss))).status).toBe(200)
  })

  test('FAPI 2.0 §5.3.2.1: aud is the issuer, as a text', async () => {
    const held = await keyed({ profile: 'fapi2' })
    for (const aud of [
      [app.issuer],
      `${app.issuer}/oauth2/token`,
      [`${app.issuer}/oauth2/token`, app.issuer],
    ]) {
      await expectRefused(await assertion(app, held, key, { aud }))
    }
  })

  test('FAPI 2.0 §5.4.1: PS256, ES256 or EdDSA', async () => {
    const rsa = await newTestKey('RS256')
    await expectRefused(await assertion(app, await keyed({ profile: 'fapi2' }, [rsa]), rsa))
  })

  test('FAPI 2.0 §5.3.2.1: no secret, however right', async () => {
    const held = await keyed({ profile: 'fapi2' })
    await expectRefused({ client_id: held.clientId, client_secret: held.clientSecret })
    await expectRefused({}, basic(held.clientId, held.clientSecret))
  })

  test('OIDC Core §9: whoever registered private_key_jwt is not believed by name', async () => {
    const application = await app.fixtures.firstParty({ isPublic: true })
    await withKeys(app, application, [key], { token_endpoint_auth_method: 'private_key_jwt' })
    const answer = await issuingNothing(app, () =>
      send({ grant_type: 'authorization_code', code: 'x', client_id: application.clientId }),
    )
    expectRefusal(answer, 401, 'invalid_client')
  })

  test('what is wrong is for the log alone', async () => {
    const answer = await send(await assertion(app, machine, key, { aud: 'https://elsewhere.example' }))
    expect(JSON.stringify(answer.body)).not.toContain('aud')
    expect(app.logLines.some((line) => line.includes('client_assertion: aud is not this server'))).toBe(true)
  })
})

describe('RFC 7591 §2: keys that the client publishes itself', () => {
  test('jwks_uri: fetched from its server, which may change them, and may fail', async () => {
    const [first, next] = [
      await newTestKey('ES256', { kid: 'first' }),
      await newTestKey('ES256', { kid: 'next' }),
    ]
    let published: unknown = { keys: [first.publicJwk] }
    const asked: string[] = []
    await using own = await startTestApp({
      overrides: {
        outboundFetch: async ({ url }) => {
          asked.push(url)
          if (published === undefined) throw new Error('away')
          return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(published)) }
        },
      },
    })
    const jwksUri = 'https://client.example/jwks'
    const application = await own.fixtures.m2m(await own.fixtures.organization())
    await own.stores.clients.update(application.id, { jwksUri, updatedAt: own.clock.now() })
    const ask = async (by: TestKey) =>
      post(`${own.issuer}/oauth2/token`, {
        grant_type: 'client_credentials',
        ...(await assertion(own, application, by, {}, { kid: by.publicJwk['kid'] })),
      })
    expect((await ask(first)).status).toBe(200)
    expectRefusal(await ask(next), 401, 'invalid_client')
    expect(asked).toEqual([jwksUri])
    published = { keys: [next.publicJwk] }
    own.clock.advance(31)
    expect((await ask(next)).status).toBe(200)
    expectRefusal(await ask(first), 401, 'invalid_client')
    expect(asked).toHaveLength(2)
    published = undefined
    own.clock.advance(301)
    expect((await ask(next)).status).toBe(200)
    own.clock.advance(3600)
    expectRefusal(await ask(next), 401, 'invalid_client')
  })
})
