import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { deriveKey } from '../../src/system/encryption.ts'
import { OutboundFailure } from '../../src/system/outbound-fetch.ts'
import { createSubjectOf, type Subject } from '../../src/tokens/subject.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { ApplicationOptions, TestApplication, TestUser } from '../support/fixtures.ts'
import type { Management } from '../support/management.ts'
import {
  type Answer,
  authorizationUrl,
  clientToken,
  introspect,
  obtainTokens,
  refresh,
  revoke,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

let app: TestApp
let management: Management
/** What servers of other people answer, by URL. */
const documents = new Map<string, { readonly status?: number; readonly body: string }>()
let user: TestUser
beforeAll(async () => {
  app = await startTestApp({
    overrides: {
      signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 },
      outboundFetch: async ({ url }) => {
        const document = documents.get(url)
        if (!document) throw new OutboundFailure('name_not_found')
        return { status: document.status ?? 200, headers: {}, body: Buffer.from(document.body) }
      },
    },
  })
  management = await app.management()
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const put = (application: TestApplication, metadata: ClientMetadata) =>
  management.put(`/latchkey/v1/applications/${application.id}/client_metadata`, metadata)

const pairwise = async (options: ApplicationOptions = {}): Promise<TestApplication> => {
  const application = await app.fixtures.firstParty(options)
  expect((await put(application, { subject_type: 'pairwise' })).status).toBe(200)
  return application
}

const tokensOf = (application: TestApplication, who = user) =>
  obtainTokens(app, application, who, { scope: 'openid offline_access' })

const subjectFor = async (application: TestApplication, who = user) =>
  decodeJwt(textOf(await tokensOf(application, who), 'id_token')).sub ?? ''

describe('OIDC Core §8: pairwise subjects', () => {
  test('OIDC Core §8.1: one subject for all that a client sees of a user, and no trace of their ID', async () => {
    const application = await pairwise({ redirectUris: ['https://one.example.com/callback'] })
    const tokens = await tokensOf(application)
    const id = decodeJwt(textOf(tokens, 'id_token'))
    const sub = id.sub ?? ''
    expect(sub).toMatch(/^[A-Za-z0-9_-]{43}$/)

    const access = textOf(tokens, 'access_token')
    const refreshed = await refresh(app, application, textOf(tokens, 'refresh_token'))
    const told = [
      decodeJwt(access),
      (await userinfo(app, access)).body,
      (await introspect(app, application, access)).body,
      // An API of the operator sees the user as the client does.
      (await introspect(app, await app.fixtures.firstParty(), access)).body,
      (await introspect(app, application, textOf(refreshed, 'refresh_token'))).body,
      decodeJwt(textOf(refreshed, 'id_token')),
      decodeJwt(textOf(refreshed, 'access_token')),
    ]
    for (const each of told) expect(each).toMatchObject({ sub })
    expect(JSON.stringify([id, ...told])).not.toContain(user.id)
  })

  test('OIDC Core §8.1: the same in one sector, another one in each other, and for each user', async () => {
    const one = await subjectFor(await pairwise({ redirectUris: ['https://shop.example.com/a'] }))
    const same = await subjectFor(await pairwise({ redirectUris: ['https://shop.example.com/b'] }))
    const other = await subjectFor(await pairwise({ redirectUris: ['https://bank.example.com/a'] }))
    const another = await subjectFor(
      await pairwise({ redirectUris: ['https://shop.example.com/c'] }),
      await app.fixtures.user(),
    )
    expect(same).toBe(one)
    expect(new Set([one, other, another, user.id]).size).toBe(4)
  })

  test('OIDC Core §8.1, §17.3: the session goes by another name in each sector, the same at a refresh', async () => {
    const browser = createBrowser(app.issuer)
    const sidOf = (tokens: Answer) => String(decodeJwt(textOf(tokens, 'id_token'))['sid'])
    const inSession = async (application: TestApplication) => {
      const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' }, browser)
      const sid = sidOf(tokens)
      expect(sidOf(await refresh(app, application, textOf(tokens, 'refresh_token')))).toBe(sid)
      return sid
    }
    const one = await inSession(await pairwise({ redirectUris: ['https://forum.example.com/a'] }))
    const same = await inSession(await pairwise({ redirectUris: ['https://forum.example.com/b'] }))
    const other = await inSession(await pairwise({ redirectUris: ['https://clinic.example.com/a'] }))
    const open = await inSession(await app.fixtures.firstParty())
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(same).toBe(one)
    expect(open).toMatch(/^session_/)
    expect(new Set([one, other, open]).size).toBe(3)
    // Of another session of the same user it is another one.
    expect(sidOf(await tokensOf(await pairwise({ redirectUris: ['https://forum.example.com/c'] })))).not.toBe(
      one,
    )
  })

  test.each([
    ['http://127.0.0.1:8080/callback', 'http://127.0.0.1:9090/callback'],
    ['com.example.app:/callback', 'com.example.app:/callback'],
  ])('OIDC Core §8.1: what redirects to %s shares its subjects with nobody', async (...redirectUris) => {
    const [one, other] = redirectUris.map((uri) => pairwise({ redirectUris: [uri] }))
    expect(await subjectFor((await one) as TestApplication)).not.toBe(
      await subjectFor((await other) as TestApplication),
    )
  })

  test('OIDC Core §8: without it, the subject is the ID of the user', async () => {
    expect(await subjectFor(await app.fixtures.firstParty())).toBe(user.id)
    const application = await app.fixtures.firstParty()
    await put(application, { subject_type: 'public' })
    expect(await subjectFor(application)).toBe(user.id)
  })

  test('OIDC Core §8: the ID of a user does not pass for a subject', () => {
    // @ts-expect-error -- only tokens/subject.ts makes one
    const sub: Subject = user.id
    expect(sub).toBe(user.id)
  })

  test('RFC 9068 §2.2: a client that acts for itself is its own subject', async () => {
    const application = await app.fixtures.m2m(await app.fixtures.organization())
    expect(decodeJwt(textOf(await clientToken(app, application), 'access_token')).sub).toBe(
      application.clientId,
    )
  })

  test('RFC 7009 §2: its tokens end as others do', async () => {
    const application = await pairwise()
    const access = textOf(await tokensOf(application), 'access_token')
    await revoke(app, application, access)
    expect((await introspect(app, application, access)).body).toEqual({ active: false })
  })

  test('OIDC Core §3.1.2.1: id_token_hint names the user by the pairwise subject', async () => {
    const application = await pairwise()
    const hint = textOf(await tokensOf(application), 'id_token')
    const answerTo = async (who: TestUser) => {
      const browser = createBrowser(app.issuer)
      await obtainTokens(app, application, who, {}, browser)
      const parameters = { prompt: 'none', id_token_hint: hint }
      return (await browser.get(authorizationUrl(app, application, parameters))).url.searchParams
    }
    expect((await answerTo(user)).get('code')).toMatch(/^[\w-]{43}$/)
    expect((await answerTo(await app.fixtures.user())).get('error')).toBe('login_required')
  })

  test('a client that changes to them: what it got before holds, and names the user as before', async () => {
    const application = await app.fixtures.firstParty()
    const browser = createBrowser(app.issuer)
    const before = await obtainTokens(app, application, user, {}, browser)
    await put(application, { subject_type: 'pairwise' })
    const access = textOf(before, 'access_token')
    expect((await userinfo(app, access)).body).toEqual({ sub: user.id })
    const parameters = { prompt: 'none', id_token_hint: textOf(before, 'id_token') }
    const { url } = await browser.get(authorizationUrl(app, application, parameters))
    expect(url.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
    expect(await subjectFor(application)).not.toBe(user.id)
  })

  test('a client that changes its sector: tokens with the subject of the former one hold no more', async () => {
    const application = await pairwise({ redirectUris: ['https://before.example.com/callback'] })
    const access = textOf(await tokensOf(application), 'access_token')
    const moved = await management.put(`/connect/applications/${application.id}`, {
      redirect_uris: [{ uri: 'https://after.example.com/callback', default: true }],
    })
    expect(moved.status).toBe(200)
    expect((await introspect(app, application, access)).body).toEqual({ active: false })
    expect((await userinfo(app, access)).status).toBe(401)
  })
})

test('OIDC Core §8.1: subjects never change: a new secret leaves them as they are, if told the former one', async () => {
  const former = 'the secret of a deployment before it was changed'
  await using other = await startTestApp({ settings: { LATCHKEY_PAIRWISE_SECRET: former } })
  const somebody = await other.fixtures.user()
  const application = await other.fixtures.firstParty()
  const path = `/latchkey/v1/applications/${application.id}/client_metadata`
  await (await other.management()).put(path, { subject_type: 'pairwise' })
  const tokens = await obtainTokens(other, application, somebody)
  const expected = createSubjectOf(deriveKey(former, 'pairwise subject'))(
    {
      clientId: application.clientId,
      metadata: { subject_type: 'pairwise' },
      redirectUris: [{ uri: application.redirectUri }],
      wasDynamicallyRegistered: false,
    },
    somebody.id,
  )
  expect(decodeJwt(textOf(tokens, 'id_token')).sub).toBe(expected)
})

describe('OIDC Core §8.1: which sector a client is of', () => {
  const severalHosts = ['https://one.example.com/callback', 'https://two.example.com/callback']

  test('OIDC Core §8.1: redirection URIs on several hosts do not say', async () => {
    const application = await app.fixtures.firstParty({ redirectUris: severalHosts })
    const refused = await put(application, { subject_type: 'pairwise' })
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({
      errors: [{ field: 'sector_identifier_uri', code: 'sector_required' }],
    })
    expect(await subjectFor(application)).toBe(user.id)
  })

  test('OIDC Registration §5: unless a sector_identifier_uri does, that lists every one of them', async () => {
    const uri = 'https://sector.example.net/redirect-uris.json'
    documents.set(uri, { body: JSON.stringify([...severalHosts, 'https://three.example.com/callback']) })
    const application = await app.fixtures.firstParty({ redirectUris: severalHosts })
    const answer = await put(application, { subject_type: 'pairwise', sector_identifier_uri: uri })
    expect(answer.status).toBe(200)
    // The sector is the host of the URI, whichever redirection URIs its clients have.
    const colleague = await app.fixtures.firstParty({ redirectUris: ['https://three.example.com/callback'] })
    await put(colleague, { subject_type: 'pairwise', sector_identifier_uri: uri })
    expect(await subjectFor(colleague)).toBe(await subjectFor(application))
  })

  test.each([
    ['does not answer', undefined],
    ['answers that there is nothing', { status: 404, body: JSON.stringify(severalHosts) }],
    ['answers with no JSON', { body: '<html>' }],
    ['answers with something else', { body: JSON.stringify({ redirect_uris: severalHosts }) }],
    ['lacks one of them', { body: JSON.stringify(severalHosts.slice(1)) }],
  ])('OIDC Registration §5: a sector_identifier_uri that %s is refused', async (_what, document) => {
    const uri = 'https://sector.example.net/bad.json'
    if (document) documents.set(uri, document)
    else documents.delete(uri)
    const application = await app.fixtures.firstParty({ redirectUris: severalHosts })
    // It is a claim to belong there, pairwise or not.
    for (const subject_type of ['pairwise', 'public'] as const) {
      const refused = await put(application, { subject_type, sector_identifier_uri: uri })
      expect(refused.status).toBe(422)
      expect(refused.body).toMatchObject({
        errors: [{ field: 'sector_identifier_uri', code: 'sector_invalid' }],
      })
    }
    expect(await subjectFor(application)).toBe(user.id)
  })

  test('OIDC Registration §5: so is one that is not https', async () => {
    const refused = await put(await app.fixtures.firstParty(), {
      sector_identifier_uri: 'http://sector.example.net/list.json',
    })
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({ errors: [{ field: 'sector_identifier_uri', code: 'uri_invalid' }] })
  })

  test('OIDC Core §8.1: later redirection URIs must leave the sector clear', async () => {
    const application = await pairwise({ redirectUris: [severalHosts[0] ?? ''] })
    const before = await subjectFor(application)
    const refused = await management.put(`/connect/applications/${application.id}`, {
      redirect_uris: severalHosts.map((uri) => ({ uri })),
    })
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({ errors: [{ field: 'redirect_uris', code: 'sector_required' }] })
    expect(await subjectFor(application)).toBe(before)
  })

  test('OIDC Registration §5: later redirection URIs must be listed too', async () => {
    const uri = 'https://sector.example.net/one.json'
    documents.set(uri, { body: JSON.stringify(severalHosts) })
    const application = await app.fixtures.firstParty({ redirectUris: severalHosts.slice(1) })
    await put(application, { subject_type: 'pairwise', sector_identifier_uri: uri })
    const change = (uris: readonly string[]) =>
      management.put(`/connect/applications/${application.id}`, {
        redirect_uris: uris.map((each) => ({ uri: each })),
      })
    const refused = await change(['https://thief.example.com/callback'])
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({ errors: [{ field: 'redirect_uris', code: 'sector_invalid' }] })
    expect((await change(severalHosts)).status).toBe(200)
    // Nothing is asked of the other server where nothing of it changes.
    documents.delete(uri)
    const again = { subject_type: 'pairwise', sector_identifier_uri: uri, default_max_age: 60 } as const
    expect((await put(application, again)).status).toBe(200)
    expect((await management.put(`/connect/applications/${application.id}`, { name: 'Other' })).status).toBe(
      200,
    )
  })

  test('metadata announces both types', async () => {
    const response = await fetch(`${app.issuer}/.well-known/openid-configuration`)
    expect(await response.json()).toMatchObject({ subject_types_supported: ['public', 'pairwise'] })
  })
})
