import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OutboundFailure } from '../../src/system/outbound-fetch.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { askForCodes, connectDevice } from '../support/device.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { wayOn } from '../support/leaving-page.ts'
import type { Management } from '../support/management.ts'
import { bearer, METADATA, register, registeredApplication, send, switchOn } from '../support/registration.ts'
import {
  type Answer,
  authorizationUrl,
  expectRefusal,
  newPkce,
  obtainTokens,
  refresh,
  textOf,
} from '../support/relying-party.ts'
import { newTestKey } from '../support/signing-client.ts'

/** The callback of somebody else's application. */
const VICTIM = 'https://victim.example/callback'
const SECTOR = 'https://victim.example/sector.json'

let app: TestApp
let management: Management
let documentsAsked = 0
beforeAll(async () => {
  app = await startTestApp({
    overrides: {
      registrationLimits: { perAddress: 1000 },
      signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 },
      outboundFetch: async ({ url }) => {
        documentsAsked++
        if (url !== SECTOR) throw new OutboundFailure('name_not_found')
        return { status: 200, headers: {}, body: Buffer.from(JSON.stringify([VICTIM])) }
      },
    },
  })
  await switchOn(app)
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Replaces what a client said of itself. */
const put = (registered: Answer, members: Readonly<Record<string, unknown>>) =>
  send(
    textOf(registered, 'registration_client_uri'),
    { client_id: registered.body['client_id'], ...METADATA, ...members },
    { method: 'PUT', ...bearer(textOf(registered, 'registration_access_token')) },
  )

const metadataOf = ({ id }: TestApplication) => `/latchkey/v1/applications/${id}/client_metadata`

describe('RFC 7592 §2.2: what the operator has said of a client is not the client’s to replace', () => {
  const types = ['payment_initiation']
  let registered: Answer
  let application: TestApplication
  let keyed: Readonly<Record<string, unknown>>
  beforeEach(async () => {
    const { publicJwk } = await newTestKey('ES256')
    keyed = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } }
    registered = await register(app, { ...METADATA, ...keyed })
    application = await registeredApplication(app, registered)
    const said = { profile: 'fapi2', authorization_details_types: types }
    const { status } = await management.put(metadataOf(application), {
      token_endpoint_auth_method: 'private_key_jwt',
      ...said,
    })
    expect(status).toBe(200)
  })

  test('RFC 7592 §2.2: its profile and its types of authorization details outlive every replacement', async () => {
    const answers = await Promise.all([
      put(registered, { ...keyed, client_name: 'One' }),
      put(registered, {
        ...keyed,
        profile: 'default',
        authorization_details_types: ['payment_initiation', 'account_information'],
      }),
    ])
    for (const { status } of answers) expect(status).toBe(200)
    expect((await management.get(metadataOf(application))).body).toMatchObject({
      profile: 'fapi2',
      authorization_details_types: types,
    })
  })

  test('RFC 7592 §2.2: what its profile does not allow is refused, and nothing changes', async () => {
    const members = { ...keyed, client_name: 'Other', id_token_signed_response_alg: 'RS256' }
    expectRefusal(await put(registered, members), 400, 'invalid_client_metadata')
    const client = await app.stores.clients.byId(application.id)
    expect(client).toMatchObject({ name: 'Notes', metadata: { profile: 'fapi2' } })
  })
})

describe('RFC 9700 §4.1: nobody has agreed to what a client has become', () => {
  const scope = 'openid offline_access'
  const EVIL = 'https://evil.example/callback'

  const agreed = async () => {
    const registered = await register(app)
    const application = await registeredApplication(app, registered)
    const user = await app.fixtures.user()
    const browser = createBrowser(app.issuer)
    const tokens = await obtainTokens(app, application, user, { scope }, browser)
    expect(tokens.status).toBe(200)
    const silently = async (redirectUri: string = METADATA.redirect_uris[0]) => {
      const parameters = { ...newPkce().parameters, scope, prompt: 'none', redirect_uri: redirectUri }
      const { left, url, body } = await browser.get(authorizationUrl(app, application, parameters))
      return (left ? url : wayOn(body)).searchParams
    }
    return { registered, application, tokens, silently }
  }

  test.each([
    ['a host more', { redirect_uris: [...METADATA.redirect_uris, EVIL] }, EVIL],
    ['another host and name', { client_name: 'Evil', redirect_uris: [EVIL] }, EVIL],
    ['another name', { client_name: 'Bank' }, METADATA.redirect_uris[0]],
    ['another scheme', { redirect_uris: ['http://localhost:1/callback'] }, 'http://localhost:1/callback'],
  ])('RFC 9700 §4.1: with %s it has no consent, and its grants have ended', async (_what, members, uri) => {
    const { registered, application, tokens, silently } = await agreed()
    expect((await put(registered, members)).status).toBe(200)
    const answer = await silently(uri)
    expect([answer.get('error'), answer.get('code')]).toEqual(['consent_required', null])
    expectRefusal(await refresh(app, application, textOf(tokens, 'refresh_token')), 400, 'invalid_grant')
    const { body } = await management.get('/events?events=consent.withdrawn&order=desc&limit=1')
    expect(JSON.stringify(body)).toContain(application.clientId)
  })

  test('RFC 9700 §4.1: paths, keys and texts are no reason to ask its users again', async () => {
    const { registered, application, tokens, silently } = await agreed()
    const uri = 'https://notes.example/other'
    const members = { redirect_uris: [uri], policy_uri: 'https://notes.example/privacy' }
    expect((await put(registered, members)).status).toBe(200)
    expect((await silently(uri)).get('code')).toEqual(expect.any(String))
    expect((await refresh(app, application, textOf(tokens, 'refresh_token'))).status).toBe(200)
  })
})

describe('OIDC Core §8.1: who registers itself sees no subject of another sector', () => {
  const PAIRWISE = { ...METADATA, subject_type: 'pairwise' }
  const scope = 'openid offline_access'

  const subjectOf = (tokens: Answer) => decodeJwt(textOf(tokens, 'id_token')).sub

  /** What the operator's own application at that host knows the user by. */
  const victimFor = async () => {
    const victim = await app.fixtures.firstParty({ redirectUris: [VICTIM] })
    await management.put(metadataOf(victim), { subject_type: 'pairwise' })
    const user = await app.fixtures.user()
    return { user, subject: subjectOf(await obtainTokens(app, victim, user)) }
  }

  test('OIDC Core §8.1: not by putting its redirect URIs in place of its own', async () => {
    const { user, subject } = await victimFor()
    const registered = await register(app, PAIRWISE)
    const application = await registeredApplication(app, registered)
    const tokens = await obtainTokens(app, application, user, { scope })
    const moved = await put(registered, { redirect_uris: [VICTIM], subject_type: 'pairwise' })
    expect(moved.status).toBe(200)
    expectRefusal(await refresh(app, application, textOf(tokens, 'refresh_token')), 400, 'invalid_grant')
    const anew = await obtainTokens(app, { ...application, redirectUri: VICTIM }, user, { scope })
    // Nor is it told that the user is another one than before.
    expect(subjectOf(anew)).toBe(subjectOf(tokens))
    expect(subjectOf(anew)).not.toBe(subject)
  })

  test('OIDC Core §8.1: not by registering with its redirect URIs, and using a device', async () => {
    const { user, subject } = await victimFor()
    const registered = await register(app, { ...PAIRWISE, redirect_uris: [VICTIM] })
    const tokens = await connectDevice(app, await registeredApplication(app, registered), user)
    expect(subjectOf(tokens)).toMatch(/^[\w-]{43}$/)
    expect(subjectOf(tokens)).not.toBe(subject)
  })

  test('OIDC Core §8.1: nor by its sector_identifier_uri, and using a device', async () => {
    const members = { redirect_uris: [VICTIM], sector_identifier_uri: SECTOR }
    const registered = await register(app, { ...PAIRWISE, ...members })
    const application = await registeredApplication(app, registered)
    expect(registered.body['grant_types']).toEqual(['authorization_code', 'refresh_token'])
    expectRefusal(await askForCodes(app, application), 400, 'unauthorized_client')
  })

  test('OIDC Core §8.1: nor by moving to its sector when users have signed in elsewhere', async () => {
    const registered = await register(app, PAIRWISE)
    const members = { redirect_uris: [VICTIM], sector_identifier_uri: SECTOR, subject_type: 'pairwise' }
    const asked = documentsAsked
    expectRefusal(await put(registered, members), 400, 'invalid_client_metadata')
    expect(documentsAsked).toBe(asked)
    const client = await app.stores.clients.byId((await registeredApplication(app, registered)).id)
    expect(client?.redirectUris).toMatchObject([{ uri: METADATA.redirect_uris[0] }])
  })
})

describe('RFC 7592 §5: floods of changes', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `Notes ${index}`)

  test('RFC 7592 §5: a client that changes all the time waits, and nobody is asked about its sector', async () => {
    const members = { redirect_uris: [VICTIM], sector_identifier_uri: SECTOR }
    const registered = await register(app, { ...METADATA, ...members })
    const asked = documentsAsked
    const answers = await Promise.all(
      names(14).map((client_name) => put(registered, { ...members, client_name })),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused).toHaveLength(4)
    for (const answer of refused) {
      expectRefusal(answer, 429, 'temporarily_unavailable')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(documentsAsked).toBe(asked + 10)
    expect((await put(await register(app), {})).status).toBe(200)
    app.clock.advance(3601)
    expect((await put(registered, members)).status).toBe(200)
  })

  test('RFC 7592 §5: a network whose clients do waits as well', async () => {
    await using narrow = await startTestApp({ overrides: { registrationLimits: { changesPerAddress: 3 } } })
    await switchOn(narrow)
    const clients = [await register(narrow), await register(narrow)]
    const answers = await Promise.all(
      clients.flatMap((client) => names(2).map((client_name) => put(client, { client_name }))),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused).toHaveLength(1)
    for (const answer of refused) expectRefusal(answer, 429, 'temporarily_unavailable')
  })
})
