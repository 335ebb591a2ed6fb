import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createClientLogos } from '../../src/clients/client-logos.ts'
import { sweepExpired } from '../../src/jobs/sweep-expired.ts'
import { expiringTables } from '../../src/storage/stores/expired-rows.ts'
import { createOutboundFetch, OutboundFailure, type OutboundFetch } from '../../src/system/outbound-fetch.ts'
import { png, svg } from '../images/pictures.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  answerWith,
  applicationAt,
  type Documents,
  documentAt,
  documents,
  switchDocuments,
} from '../support/metadata-documents.ts'
import { METADATA, register, registeredApplication, switchOn } from '../support/registration.ts'
import { authorizationUrl, newPkce, open, signIn, writingNothing } from '../support/relying-party.ts'

/* RFC 7591 §2, OIDC Registration §2: logo_uri, which the server should display during approval. */

const HOUR = 3600
const DAY = 24 * HOUR
/** However long a busy machine takes. */
const PATIENCE = 60_000

let app: TestApp
let published: Documents
let serial = 0
let at: string
beforeAll(async () => {
  published = documents()
  const outboundFetch: OutboundFetch = (request) => published.outboundFetch(request)
  app = await startTestApp({
    overrides: {
      outboundFetch,
      clientLogoPatienceMilliseconds: PATIENCE,
      registrationLimits: { windowSeconds: HOUR, perAddress: 1000 },
    },
  })
  await switchOn(app)
  await switchDocuments(app)
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(() => {
  published = documents()
  at = `https://notes.example/${++serial}.png`
})

const picture = (content: Buffer | string, type = 'image/png') => ({
  ...answerWith(content.toString(), { 'content-type': type }),
  body: Buffer.from(content),
})

/** No two alike, so that each has an address of its own. */
const drawing = (color = `#${String(++serial).padStart(6, '0')}`) => svg(`<rect width="1" fill="${color}"/>`)

const registered = async (members: object = {}): Promise<TestApplication> => {
  const metadata = { ...METADATA, token_endpoint_auth_method: 'none', logo_uri: at, ...members }
  return registeredApplication(app, await register(app, metadata))
}

/** The consent page of a user who has just signed in. */
const consentPage = async (application: TestApplication, user?: TestUser): Promise<string> => {
  const browser = createBrowser(app.issuer)
  const page = await browser.get(authorizationUrl(app, application, newPkce().parameters))
  expect(page.body).not.toMatch(/<img/)
  const consent = await signIn(browser, page, user ?? (await app.fixtures.user()))
  expect(consent.url.pathname).toBe('/consent')
  return consent.body
}

/** What is shown for the application, as it is served. */
const logoIn = async (body: string): Promise<Buffer | undefined> => {
  const [, path] = /<img src="([^"]+)"/.exec(body) ?? []
  if (path === undefined) return undefined
  expect(path).toMatch(/^\/logos\/[\w-]{43}$/)
  const served = await fetch(app.issuer + path)
  expect(served.status).toBe(200)
  return Buffer.from(await served.arrayBuffer())
}

describe('RFC 7591 §2: logo_uri', () => {
  test.each([
    ['PNG', png()],
    ['SVG', svg('<rect width="9"/>')],
  ])('OIDC Registration §2: a %s is shown on the consent page, from here', async (_what, content) => {
    published.put(at, picture(content))
    const application = await registered()
    expect(published.asked).toEqual([])
    const body = await consentPage(application)
    expect(await logoIn(body)).toEqual(content)
    expect(body).not.toContain('notes.example/')
    expect(body).toContain('nobody has checked it')
    expect(published.asked).toEqual([at])
  })

  test('RFC 7591 §5: registering waits for nothing, and whoever has not signed in makes us ask and write nothing', async () => {
    const application = await registered()
    await writingNothing(app, () => open(authorizationUrl(app, application, newPkce().parameters)))
    expect(published.asked).toEqual([])
  })

  test('draft-ietf-oauth-client-id-metadata-document §6.7: one that describes itself has it shown before it has a row', async () => {
    const url = `https://host${serial}.example/client.json`
    const content = drawing()
    published.put(at, picture(content))
    published.put(url, documentAt(url, { logo_uri: at }))
    expect(await logoIn(await consentPage(applicationAt(url)))).toEqual(content)
    expect(await app.stores.clients.byClientId(url)).toBeUndefined()
  })

  test('what could run or load is taken out before anybody sees it', async () => {
    published.put(at, picture(svg('<script>alert(1)</script><rect width="7" onclick="alert(1)"/>')))
    const shown = await logoIn(await consentPage(await registered()))
    expect(shown?.toString()).toContain('<rect')
    expect(shown?.toString()).not.toMatch(/script|onclick|alert/)
  })

  test('what the operator uploaded is shown instead, and nobody asks for the other', async () => {
    published.put(at, picture(png()))
    const application = await registered()
    const own = drawing()
    const path = `/latchkey/v1/applications/${application.id}/logos/light`
    const put = await (await app.management()).put(path, own, { 'content-type': 'image/svg+xml' })
    expect(put.status).toBe(200)
    const browser = createBrowser(app.issuer)
    const page = await browser.get(authorizationUrl(app, application, newPkce().parameters))
    const consent = await signIn(browser, page, await app.fixtures.user())
    expect(await logoIn(consent.body)).toEqual(own)
    expect(published.asked).toEqual([])
  })

  test.each<[string, unknown]>([
    ['is not there', undefined],
    ['redirects', { ...picture(''), status: 302, headers: { location: 'https://notes.example/' } }],
    ['is a page', picture('<html><body>not here</body></html>', 'text/html')],
    ['is empty', picture('')],
    ['is too large', new OutboundFailure('too_large')],
    ['is in a private network', new OutboundFailure('forbidden_address')],
    ['does not answer', new OutboundFailure('timed_out')],
  ])('one that %s is not shown, and not asked for again within an hour', async (_what, answer) => {
    if (answer !== undefined) published.put(at, answer)
    const application = await registered()
    expect(await logoIn(await consentPage(application))).toBeUndefined()
    app.clock.advance(HOUR / 2)
    expect(await logoIn(await consentPage(application))).toBeUndefined()
    expect(published.asked).toEqual([at])
    const content = drawing()
    published.put(at, picture(content))
    app.clock.advance(HOUR / 2)
    expect(await logoIn(await consentPage(application))).toEqual(content)
  })
})

describe('RFC 7591 §2: a logo_uri that changes what it shows', () => {
  const logos = (more: Partial<Parameters<typeof createClientLogos>[0]> = {}) =>
    createClientLogos({
      stores: app.stores,
      outboundFetch: (request) => published.outboundFetch(request),
      onError: (error) => {
        throw error
      },
      patienceMilliseconds: PATIENCE,
      ...more,
    })
  const client = () => ({ metadata: { logo_uri: at } })
  const aUser = async () => (await app.fixtures.user()).id

  test('is asked for again after a day, while what is known is shown', async () => {
    published.put(at, picture(drawing()))
    const known = logos()
    const [user, now] = [await aUser(), app.clock.now()]
    const before = await known.find(client(), user, now)
    published.put(at, picture(drawing()))
    app.clock.advance(DAY / 2)
    expect(await known.find(client(), user, app.clock.now())).toBe(before)
    await known.settled()
    expect(published.asked.length).toBe(1)
    app.clock.advance(DAY / 2)
    expect(await known.find(client(), user, app.clock.now())).toBe(before)
    await known.settled()
    expect(published.asked.length).toBe(2)
    expect(await known.find(client(), user, app.clock.now())).not.toBe(before)
  })

  test('is shown as it was while its server is away, and no more once that says it is gone', async () => {
    published.put(at, picture(drawing()))
    const known = logos()
    const user = await aUser()
    const before = await known.find(client(), user, app.clock.now())
    expect(before).toBeDefined()
    published.put(at, new OutboundFailure('connection_failed'))
    app.clock.advance(DAY)
    await known.find(client(), user, app.clock.now())
    await known.settled()
    expect(await known.find(client(), user, app.clock.now())).toBe(before)
    published.remove(at)
    app.clock.advance(HOUR)
    await known.find(client(), user, app.clock.now())
    await known.settled()
    expect(await known.find(client(), user, app.clock.now())).toBeUndefined()
  })

  test.each([429, 500, 503, 302])('is shown as it was when its server answers %i', async (status) => {
    published.put(at, picture(drawing()))
    const known = logos()
    const user = await aUser()
    const before = await known.find(client(), user, app.clock.now())
    expect(before).toBeDefined()
    published.put(at, { ...picture(''), status })
    app.clock.advance(DAY)
    await known.find(client(), user, app.clock.now())
    await known.settled()
    expect(published.asked.length).toBe(2)
    expect(await known.find(client(), user, app.clock.now())).toBe(before)
  })

  test('is looked for again when a node of the version before has swept the picture', async () => {
    const content = drawing()
    published.put(at, picture(content))
    const known = logos()
    const [path, user] = [await known.find(client(), await aUser(), app.clock.now()), await aUser()]
    app.clock.advance(2 * HOUR)
    // It does not know of any pictures but those of applications.
    const tables = expiringTables
      .filter(({ table }) => table === 'logo')
      .map((table) => ({ ...table, unless: [] }))
    await sweepExpired({ stores: app.stores, tables, clock: app.clock }, new AbortController().signal)
    expect((await fetch(app.issuer + path)).status).toBe(404)
    expect(await known.find(client(), user, app.clock.now())).toBe(path)
    expect((await fetch(app.issuer + path)).status).toBe(200)
  })

  test('is asked for once, however many nodes show it at once', async () => {
    published.put(at, picture(drawing()))
    const [user, now] = [await aUser(), app.clock.now()]
    const shown = await Promise.all(Array.from({ length: 10 }, () => logos().find(client(), user, now)))
    expect(published.asked).toEqual([at])
    expect(shown.filter((path) => path !== undefined).length).toBeGreaterThan(0)
  })

  test('does not hold up the page, and is there for the next one', async () => {
    let answer = (): void => {}
    const slow = logos({
      patienceMilliseconds: 1,
      outboundFetch: () =>
        new Promise((resolve) => {
          answer = () => resolve(picture(drawing()))
        }),
    })
    const [user, now] = [await aUser(), app.clock.now()]
    expect(await slow.find(client(), user, now)).toBeUndefined()
    answer()
    await slow.settled()
    expect(await slow.find(client(), user, now)).toMatch(/^\/logos\//)
  })

  test('a user makes us ask for so many in an hour, and all users together', async () => {
    const limits = { windowSeconds: HOUR, perUser: 2, perEnvironment: 100_000 }
    const limited = logos({ limits })
    const [user, other] = [await aUser(), await aUser()]
    const find = async (name: number, by = user) => {
      const uri = `${at}?${name}`
      published.put(uri, picture(drawing()))
      return limited.find({ metadata: { logo_uri: uri } }, by, app.clock.now())
    }
    expect(await find(1)).toBeDefined()
    expect(await find(2)).toBeDefined()
    expect(await find(3)).toBeUndefined()
    expect(await find(1)).toBeDefined()
    expect(await find(3, other)).toBeDefined()
    app.clock.advance(HOUR)
    expect(await find(4)).toBeDefined()
    const none = logos({ limits: { ...limits, perEnvironment: 0 } })
    expect(await none.find(client(), other, app.clock.now())).toBeUndefined()
  })

  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1'])(
    'is never at %s, whatever the name says',
    async (address) => {
      const family = address.includes(':') ? 6 : 4
      let failure: unknown
      const guarded = createOutboundFetch({ allowedHosts: [], resolve: async () => [{ address, family }] })
      const known = logos({
        outboundFetch: (request) =>
          guarded(request).catch((error: unknown) => {
            failure = error
            throw error
          }),
      })
      expect(await known.find(client(), await aUser(), app.clock.now())).toBeUndefined()
      expect(failure).toMatchObject({ code: 'forbidden_address' })
    },
  )

  test('nothing is kept of what nobody is shown any more', async () => {
    const content = drawing()
    published.put(at, picture(content))
    const known = logos()
    const path = await known.find(client(), await aUser(), app.clock.now())
    const status = async () => (await fetch(app.issuer + path)).status
    const sweep = async () => {
      const deps = { stores: app.stores, tables: expiringTables, clock: app.clock }
      await sweepExpired(deps, new AbortController().signal)
    }
    app.clock.advance(DAY)
    await sweep()
    expect(await status()).toBe(200)
    app.clock.advance(DAY)
    await sweep()
    await sweep()
    expect(await status()).toBe(404)
  })
})
