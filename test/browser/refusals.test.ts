import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { quickHasher } from '../support/quick-hasher.ts'
import { METADATA, register, registeredApplication, switchOn } from '../support/registration.ts'
import { authorizationUrl } from '../support/relying-party.ts'
import { violationsOn } from './support/axe.ts'
import { faultless, outline } from './support/outline.ts'
import { follow, openStage, placeOf, textOf } from './support/stage.ts'

/** There is one place, which the test may take. */
const hasher = quickHasher({ concurrent: 1, waiting: 0 })
const stage = await openStage({ overrides: { passwordHasher: hasher } })
const portal = await stage.application({ name: 'Portal', host: '127.0.0.1' })

const unknownClient = (): TestApplication => ({
  ...portal.application,
  clientId: newIdentifier('client', new Date(), systemRandom),
})

/** Opens a link that must be refused on the spot. */
const visit = async (page: Page, url: string) => {
  const response = await page.goto(url)
  expect(response?.status()).toBe(400)
  // Not even a hop: the first answer is the page.
  expect(response?.request().redirectedFrom()).toBeNull()
  expect(placeOf(page)).toBe(`${stage.app.issuer}/oauth2/authorize`)
  expect(portal.answers).toEqual([])
  return response?.headers()['x-request-id'] ?? ''
}

describe('RFC 6749 §4.1.2.1: the user is told, and never sent anywhere, when', () => {
  test('the application is unknown', async () => {
    const { page } = await stage.person()
    await visit(page, authorizationUrl(stage.app, unknownClient()))
    expect(await textOf(page, 'h1')).toBe('We do not know this application')
  })

  test('the client_id is missing', async () => {
    const { page } = await stage.person()
    await visit(page, `${stage.app.issuer}/oauth2/authorize?response_type=code`)
    expect(await textOf(page, 'h1')).toBe('We do not know this application')
  })

  test.each([
    ['of another origin', () => 'https://evil.example/callback'],
    ['that runs code', () => 'javascript:alert(document.cookie)'],
    ['that begins like the registered one', () => `${portal.application.redirectUri}.evil.example/`],
    ['with a query the registered one lacks', () => `${portal.application.redirectUri}?next=/`],
    ['that climbs out of its path', () => `${portal.application.redirectUri}/../elsewhere`],
    ['that is markup', () => '"><script>alert(1)</script>'],
  ])('the redirect_uri is one %s', async (_, redirectUri) => {
    const { page } = await stage.person()
    await visit(page, authorizationUrl(stage.app, portal.application, { redirect_uri: redirectUri() }))
    expect(await textOf(page, 'h1')).toBe('We stopped for your safety')
    // What was asked for is quoted to the developer as text, and is nowhere a link.
    expect(await textOf(page, '.developer')).toContain(redirectUri())
    expect(await page.locator('main a').count()).toBe(0)
  })
})

describe('an error page', () => {
  test('shows a reference that finds the line in the log', async () => {
    const { page } = await stage.person()
    const requestId = await visit(page, authorizationUrl(stage.app, unknownClient()))
    expect(await textOf(page, '#reference')).toBe(requestId)
    const [line = '{}'] = stage.app.logLines.filter((text) => text.includes(requestId))
    expect(JSON.parse(line)).toMatchObject({
      status: 400,
      outcome: 'unknownApplication',
      reason: 'unknown client_id',
    })
  })

  test('on localhost tells the developer what came, what is registered and what differs', async () => {
    const { page } = await stage.person()
    await visit(
      page,
      authorizationUrl(stage.app, portal.application, { redirect_uri: 'https://evil.example/callback' }),
    )
    const detail = await textOf(page, '.developer')
    for (const shown of [
      'redirect_uri is not registered',
      portal.application.clientId,
      'https://evil.example/callback',
      portal.application.redirectUri,
    ]) {
      expect(detail).toContain(shown)
    }
    expect(detail).not.toContain(portal.application.clientSecret)
  })

  test('is what people get for an address that does not exist', async () => {
    const { page } = await stage.person()
    const response = await page.goto(`${stage.app.issuer}/nowhere`)
    expect(response?.status()).toBe(404)
    expect(await textOf(page, 'h1')).toBe('Page not found')
  })

  test.each(['/consent', '/select-organization', '/oauth2/authorize/continue'])(
    'or a way on, is what %s answers who comes there by themselves',
    async (path) => {
      const { page } = await stage.person()
      const response = await page.goto(stage.app.issuer + path)
      expect(response?.status()).toBeLessThan(500)
      expect(new URL(page.url()).origin).toBe(stage.app.issuer)
      expect(await page.locator('h1').count()).toBe(1)
    },
  )
})

test('RFC 6749 §4.1.2.1: once application and redirect_uri are certain, the application is told', async () => {
  const { page } = await stage.person()
  await page.goto(portal.origin)
  await page.locator('#sign-in').evaluate((link) => link.setAttribute('href', '/login?scope=openid+not-mine'))
  await follow(page, '#sign-in')
  expect(placeOf(page)).toBe(`${portal.origin}/callback`)
  expect(await textOf(page, '#error')).toBe('invalid_scope')
})

test('RFC 9700 §4.11.2: one that registered itself is told when the user goes there, and not before', async () => {
  const { page } = await stage.person()
  const shop = await stage.application({ name: 'Shop', host: '127.0.0.1' })
  const { redirectUri } = shop.application
  await switchOn(stage.app)
  const metadata = { ...METADATA, redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }
  const stranger = await registeredApplication(stage.app, await register(stage.app, metadata))
  for (const [told, mode] of ['query', 'form_post'].entries()) {
    const parameters = { scope: 'not-mine', response_mode: mode, state: mode }
    expect((await page.goto(authorizationUrl(stage.app, stranger, parameters)))?.status()).toBe(400)
    expect(placeOf(page)).toBe(`${stage.app.issuer}/oauth2/authorize`)
    expect(shop.answers).toHaveLength(told)
    expect(await textOf(page, 'h1')).toBe(`${METADATA.client_name} could not sign you in`)
    expect(await textOf(page, '#destination')).toBe(new URL(redirectUri).host)
    await follow(page, '#continue')
    expect(placeOf(page)).toBe(redirectUri)
    const answer = shop.answers.at(-1)
    expect([answer?.get('error'), answer?.get('state')]).toEqual(['invalid_scope', mode])
  }
})

test('whoever comes to sign in while there is no place reads so, reloads the page, and is signed in', async () => {
  const user = await stage.app.fixtures.user()
  const { page } = await stage.person({ viewport: { width: 320, height: 568 } })
  await page.goto(`${stage.app.issuer}/account`)
  await page.fill('#email', user.email)
  await page.press('#email', 'Enter')
  await page.fill('#password', user.password)
  const { promise, resolve: leave } = Promise.withResolvers<void>()
  const other = hasher.admit(() => promise)
  await page.press('#password', 'Enter')
  await page.waitForSelector('text=Many people are here just now')
  const { title, levels, ...found } = await outline(page)
  expect([title, levels, found]).toEqual(['Many people are here just now · Latchkey', ['H1'], faultless])
  expect(await violationsOn(page)).toEqual([])
  leave()
  await other
  await page.reload()
  expect(placeOf(page)).toBe(`${stage.app.issuer}/account`)
})
