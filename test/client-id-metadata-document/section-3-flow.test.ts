import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deleteUnusedClients } from '../../src/clients/unused-clients.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { testStore } from '../support/database-server.ts'
import { askForCodes, comeWithCode, newDevice, poll } from '../support/device.ts'
import type { TestUser } from '../support/fixtures.ts'
import { push } from '../support/keyed-application.ts'
import { wayOn } from '../support/leaving-page.ts'
import {
  applicationAt,
  documentAt,
  documents,
  REDIRECT_URI,
  switchDocuments,
} from '../support/metadata-documents.ts'
import {
  authorizationUrl,
  authorize,
  expectErrorPage,
  expectRefusal,
  introspect,
  newPkce,
  obtainTokens,
  open,
  redeem,
  refresh,
  revoke,
  signIn,
  textOf,
  userinfo,
  writingNothing,
} from '../support/relying-party.ts'
import { assertion, newTestKey } from '../support/signing-client.ts'

const published = documents()
let app: TestApp
let user: TestUser
let serial = 0
let url: string
beforeAll(async () => {
  app = await startTestApp({
    overrides: {
      outboundFetch: published.outboundFetch,
      registrationLimits: { windowSeconds: 3600, perAddress: 1000 },
    },
  })
  user = await app.fixtures.user()
  await switchDocuments(app)
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(() => {
  url = `https://host${++serial}.example/client.json`
  published.put(url, documentAt(url))
})

/** Beyond any time for which what was answered is kept. */
const later = () => app.clock.advance(301)
const SCOPE = { scope: 'openid email offline_access' }
const tokensFor = (parameters: Readonly<Record<string, string>> = {}) =>
  obtainTokens(app, applicationAt(url), user, { ...SCOPE, ...parameters })

const start = (parameters: Readonly<Record<string, string>> = {}) =>
  open(authorizationUrl(app, applicationAt(url), { ...newPkce().parameters, ...parameters }))

const row = () => app.stores.clients.byClientId(url)

const eventsOf = async (name: string): Promise<Record<string, unknown>[]> => {
  const { body } = await (await app.management()).get(`/events?events=${name}&limit=100`)
  const { data } = body as { data: Record<string, unknown>[] }
  return data.filter((event) => JSON.stringify(event).includes(url))
}

describe('draft §3: the whole flow', () => {
  test('asks once, however often the client is named, and writes nothing before somebody agrees', async () => {
    const before = published.asked.length
    await writingNothing(app, async () => {
      const answers = await Promise.all([start(), start(), start()])
      for (const { status } of answers) expect(status).toBe(302)
      expect((await start()).status).toBe(302)
    })
    expect(published.asked.slice(before)).toEqual([url])
  })

  test('a user signs in: code, tokens, userinfo, refresh, introspection and revocation', async () => {
    const application = applicationAt(url)
    const tokens = await tokensFor()
    expect({ status: tokens.status, body: tokens.body }).toMatchObject({ status: 200 })
    expect(await row()).toMatchObject({
      clientId: url,
      name: 'Notes',
      organizationId: null,
      isFirstParty: false,
      isPublic: true,
      requirePkce: true,
      wasDynamicallyRegistered: true,
    })
    expect(await eventsOf('application.created')).toMatchObject([{ data: { client_id: url } }])
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toMatchObject({ email: user.email })
    const refreshed = await refresh(app, application, textOf(tokens, 'refresh_token'))
    expect(refreshed.status).toBe(200)
    const own = await app.fixtures.firstParty()
    expect((await introspect(app, own, textOf(refreshed, 'access_token'))).body).toMatchObject({
      active: true,
      client_id: url,
    })
    expect((await revoke(app, application, textOf(refreshed, 'refresh_token'))).status).toBe(200)
    expectRefusal(await refresh(app, application, textOf(refreshed, 'refresh_token')), 400, 'invalid_grant')
  })

  test('the page that asks says from which host it is, and that nobody has checked it', async () => {
    published.put(url, documentAt(url, { client_name: 'Acme', logo_uri: 'https://evil.example/logo.png' }))
    const browser = createBrowser(app.issuer)
    const page = await browser.get(authorizationUrl(app, applicationAt(url), newPkce().parameters))
    const consent = await signIn(browser, page, user)
    expect(consent.url.pathname).toBe('/consent')
    expect(consent.body).toContain(`<strong>${new URL(url).host}</strong>`)
    expect(consent.body).toContain('Nobody has checked this application.')
    expect(consent.body).not.toContain('evil.example')
    expect(await row()).toBeUndefined()
  })

  test('first consents of two users at once are of one client', async () => {
    const other = await app.fixtures.user()
    const answers = await Promise.all([tokensFor(), obtainTokens(app, applicationAt(url), other, SCOPE)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await eventsOf('application.created')).toHaveLength(1)
    for (const each of [user, other]) {
      const { body } = await (await app.management()).get(
        `/user_management/users/${each.id}/authorized_applications`,
      )
      expect(JSON.stringify(body)).toContain(url)
    }
  })

  test('management names it by its URL, as one segment of a path', async () => {
    await tokensFor()
    const management = await app.management()
    const path = `/connect/applications/${encodeURIComponent(url)}`
    expect((await management.get(path)).body).toMatchObject({ client_id: url })
    expect((await management.delete(path)).status).toBe(204)
    expect(await row()).toBeUndefined()
    // Whoever is asked anew adds it anew.
    expect((await tokensFor()).status).toBe(200)
  })

  test('RFC 8707: the default resource is for it as for one that registered itself', async () => {
    const management = await app.management()
    const resources = '/user_management/authkit_oauth_resources'
    const { body } = await management.post(resources, { uri: 'https://mcp.example/default', default: true })
    const { access_token } = (await tokensFor()).body
    const [, payload = ''] = String(access_token).split('.')
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      aud: 'https://mcp.example/default',
      client_id: url,
    })
    expect((await management.delete(`${resources}/${String(Object(body).id)}`)).status).toBe(204)
  })
})

describe('what is refused, and told to nobody but the user', () => {
  test('draft §4.3: a redirect URI that is not in the document', async () => {
    const answer = await writingNothing(app, () => start({ redirect_uri: 'https://evil.example/callback' }))
    expectErrorPage(answer)
  })

  test.each<[string, unknown]>([
    ['that is not there', undefined],
    ['of another client', documentAt('https://other.example/client.json')],
    ['with a secret', { ...documentAt('x'), client_secret: 'x' }],
  ])('draft §4.1: a document %s', async (_what, document) => {
    if (document === undefined) published.remove(url)
    else published.put(url, document)
    const answer = await writingNothing(app, () => start())
    expectErrorPage(answer)
    expect(answer.body).toContain('This application cannot be recognized')
  })

  test('RFC 9700 §2.1.1: a request without PKCE', async () => {
    const { body } = await writingNothing(app, () => open(authorizationUrl(app, applicationAt(url))))
    expect(wayOn(body).searchParams.get('error')).toBe('invalid_request')
  })

  test('RFC 6749 §3.2.1: at the token endpoint one that no user has agreed to is unknown, and not asked for', async () => {
    const before = published.asked.length
    expectRefusal(await refresh(app, applicationAt(url), 'none'), 401, 'invalid_client')
    expect(published.asked.length).toBe(before)
  })

  test('a pushed request and a device authorization of one whose document is no good', async () => {
    published.remove(url)
    const application = applicationAt(url)
    await writingNothing(app, async () => {
      expectRefusal(await push(app, application, newPkce().parameters), 401, 'invalid_client')
      expectRefusal(await askForCodes(app, application), 401, 'invalid_client')
    })
  })
})

describe('where something is written before a user comes', () => {
  test('RFC 9126: a pushed request adds the client, and its user completes it', async () => {
    const application = applicationAt(url)
    const pkce = newPkce()
    const requests = await Promise.all([
      push(app, application, pkce.parameters),
      push(app, application, pkce.parameters),
    ])
    expect(requests.map(({ status }) => status)).toEqual([201, 201])
    expect(await eventsOf('application.created')).toHaveLength(1)
    const [pushed] = requests
    const answer = await authorize(app, application, user, {
      request_uri: pushed ? textOf(pushed, 'request_uri') : '',
    })
    const tokens = await redeem(app, application, answer.get('code') ?? '', { code_verifier: pkce.verifier })
    expect(tokens.status).toBe(200)
  })

  test('RFC 8628: a device is authorized', async () => {
    const application = applicationAt(url)
    const device = await newDevice(app, application)
    const browser = createBrowser(app.issuer)
    const asked = await comeWithCode(app, device, user, browser)
    expect(asked.body).toContain(new URL(url).host)
    await browser.submit(asked, { decision: 'allow' })
    expect((await poll(app, application, device)).status).toBe(200)
  })

  test('RFC 7523: one that proves who it is by a key, and by the next one when it says so', async () => {
    const application = applicationAt(url)
    const [first, second] = await Promise.all([newTestKey('ES256'), newTestKey('ES256')])
    const signedIn = async (key: typeof first) => {
      published.put(
        url,
        documentAt(url, {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [key.publicJwk] },
        }),
      )
      later()
      const pkce = newPkce()
      const answer = await authorize(app, application, user, pkce.parameters)
      return redeem(app, application, answer.get('code') ?? '', {
        code_verifier: pkce.verifier,
        ...(await assertion(app, application, key)),
      })
    }
    expect((await signedIn(first)).status).toBe(200)
    expect(await row()).toMatchObject({ isPublic: false })
    expect((await signedIn(second)).status).toBe(200)
    const pushed = await push(app, application, {
      ...newPkce().parameters,
      ...(await assertion(app, application, first)),
    })
    expectRefusal(pushed, 401, 'invalid_client')
  })
})

describe('as time goes by', () => {
  test('a document that changes counts for what comes after; the row follows when something is granted', async () => {
    await tokensFor()
    const elsewhere = 'https://notes.example/elsewhere'
    published.put(url, documentAt(url, { client_name: 'Better Notes', redirect_uris: [elsewhere] }))
    expect((await start()).status).toBe(302)
    later()
    expectErrorPage(await writingNothing(app, () => start()))
    expect(await row()).toMatchObject({ name: 'Notes' })
    const tokens = await obtainTokens(app, applicationAt(url, elsewhere), user, SCOPE)
    expect(tokens.status).toBe(200)
    expect(await row()).toMatchObject({ name: 'Better Notes', redirectUris: [{ uri: elsewhere }] })
    expect(await eventsOf('application.updated')).toHaveLength(1)
    expect(await eventsOf('application.created')).toHaveLength(1)
  })

  test('RFC 9700 §4.1: nobody has agreed to what a document has made of its client', async () => {
    const browser = createBrowser(app.issuer)
    const evil = applicationAt(url, 'https://evil.example/callback')
    const tokens = await obtainTokens(app, applicationAt(url), user, SCOPE, browser)
    expect(tokens.status).toBe(200)
    published.put(url, documentAt(url, { redirect_uris: [REDIRECT_URI, evil.redirectUri] }))
    later()
    const silent = { ...newPkce().parameters, ...SCOPE, prompt: 'none' }
    const refused = await browser.get(authorizationUrl(app, evil, silent))
    expect(wayOn(refused.body).searchParams.get('error')).toBe('consent_required')
    // With the agreement to what it is now, what was granted to what it was ends.
    expect((await obtainTokens(app, evil, user, SCOPE, browser)).status).toBe(200)
    expectRefusal(
      await refresh(app, applicationAt(url), textOf(tokens, 'refresh_token')),
      400,
      'invalid_grant',
    )
    const answered = await browser.get(authorizationUrl(app, evil, silent))
    expect(answered.url.searchParams.get('code')).toEqual(expect.any(String))
  })

  test('a document that goes ends nothing that was granted, and begins nothing', async () => {
    const tokens = await tokensFor()
    published.remove(url)
    later()
    expectErrorPage(await writingNothing(app, () => start()))
    const refreshed = await refresh(app, applicationAt(url), textOf(tokens, 'refresh_token'))
    expect(refreshed.status).toBe(200)
    expect((await userinfo(app, textOf(refreshed, 'access_token'))).status).toBe(200)
  })

  test('while they are off nothing begins, nobody is asked, and what was granted goes on', async () => {
    const tokens = await tokensFor()
    await switchDocuments(app, false)
    try {
      const before = published.asked.length
      expectErrorPage(await writingNothing(app, () => start()))
      expectRefusal(await push(app, applicationAt(url), newPkce().parameters), 401, 'invalid_client')
      const refreshed = await refresh(app, applicationAt(url), textOf(tokens, 'refresh_token'))
      expect(refreshed.status).toBe(200)
      expect((await userinfo(app, textOf(refreshed, 'access_token'))).status).toBe(200)
      expect(published.asked.length).toBe(before)
    } finally {
      await switchDocuments(app)
    }
  })

  test('one that nobody agreed to is deleted like any that nobody uses, and may come again', async () => {
    const application = applicationAt(url)
    expect((await push(app, application, newPkce().parameters)).status).toBe(201)
    const inAMonth = addSeconds(app.clock.now(), 31 * 24 * 3600)
    const deleting = { transaction: app.transaction, random: systemRandom }
    await deleteUnusedClients(deleting, 30, inAMonth, new AbortController().signal)
    expect(await row()).toBeUndefined()
    expect((await tokensFor()).status).toBe(200)
    await deleteUnusedClients(deleting, 30, inAMonth, new AbortController().signal)
    expect(await row()).toMatchObject({ clientId: url })
  })

  test('what the operator has set of it holds, whatever the document says', async () => {
    await tokensFor()
    const client = await row()
    if (!client) throw new Error('There is no row.')
    await app.stores.clients.update(client.id, { accessTokenSeconds: 77, updatedAt: app.clock.now() })
    await app.changesHeard()
    published.put(url, documentAt(url, { client_name: 'Better Notes' }))
    later()
    expect((await tokensFor()).body).toMatchObject({ expires_in: 77 })
    expect(await row()).toMatchObject({ name: 'Better Notes', accessTokenSeconds: 77 })
  })
})

describe('metadata of the server', () => {
  const supported = async (path: string) =>
    Object(await (await fetch(`${app.issuer}/.well-known/${path}`)).json())
      .client_id_metadata_document_supported

  test('draft §5: say so in both documents while it is on, and nothing while it is off', async () => {
    const paths = ['openid-configuration', 'oauth-authorization-server']
    for (const path of paths) expect(await supported(path)).toBe(true)
    await switchDocuments(app, false)
    for (const path of paths) expect(await supported(path)).toBeUndefined()
    await switchDocuments(app)
  })
})

if (testStore.kind === 'postgres') {
  test('every node asks for itself; that one got no answer is nothing to what was granted', async () => {
    const tokens = await tokensFor()
    const elsewhere = documents()
    const node = await app.startNode({ outboundFetch: elsewhere.outboundFetch })
    try {
      const there = { issuer: node.issuer }
      const request = authorizationUrl(there, applicationAt(url), newPkce().parameters)
      expectErrorPage(await open(request))
      expect(elsewhere.asked).toEqual([url])
      const refreshed = await refresh(there, applicationAt(url), textOf(tokens, 'refresh_token'))
      expect(refreshed.status).toBe(200)
      expect((await start()).status).toBe(302)
    } finally {
      await node.close()
    }
  })

  test('requests pushed to two nodes at once are of one client', async () => {
    const node = await app.startNode()
    try {
      const there = { issuer: node.issuer }
      const pushes = await Promise.all(
        [app, there, app, there].map((each) => push(each, applicationAt(url), newPkce().parameters)),
      )
      expect(pushes.map(({ status }) => status)).toEqual([201, 201, 201, 201])
      expect(await eventsOf('application.created')).toHaveLength(1)
    } finally {
      await node.close()
    }
  })
}
