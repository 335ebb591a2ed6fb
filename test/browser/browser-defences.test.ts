import { describe, expect, test } from 'vitest'
import { authorizationUrl } from '../support/relying-party.ts'
import { follow, open, openStage, placeOf, signIn, textOf, welcomed } from './support/stage.ts'

const stage = await openStage()
const { fixtures } = stage.app
const owner = await fixtures.organization('Initech')
const user = await fixtures.user()
// Same site, so that cookies go along; and another site.
const neighbour = await stage.application({ name: 'Neighbour', owner, host: 'localhost' })
const stranger = await stage.application({ name: 'Stranger', owner, host: '127.0.0.1' })

const applications = [
  ['on another origin of the same site', () => neighbour],
  ['on another site', () => stranger],
] as const

describe('the content security policy', () => {
  test.each(applications)('lets a form lead back to an application %s', async (_, running) => {
    const { page } = await stage.person()
    const consenting = await stage.app.fixtures.user()
    await open(page, running())
    await signIn(page, consenting)
    await follow(page, '#allow')
    expect(await welcomed(page, running())).toMatchObject({ sub: consenting.id })
    // And without a page in between: the password itself leads to the application.
    await page.goto(`${running().origin}/login?prompt=login`)
    await signIn(page, consenting)
    await welcomed(page, running())
    expect(stage.takeComplaints()).toEqual([])
  })

  test('runs no script, style or picture that somebody smuggled into a page, and the browser says so', async () => {
    const { page } = await stage.person()
    await open(page, stranger)
    await page.evaluate((elsewhere) => {
      const smuggled = {
        script: { textContent: 'document.title = "smuggled"' },
        style: { textContent: 'main { display: none }' },
        img: { src: `${elsewhere}/pixel.png` },
      }
      for (const [name, properties] of Object.entries(smuggled)) {
        document.body.append(Object.assign(document.createElement(name), properties))
      }
    }, stranger.origin)
    expect(await page.title()).toContain('Sign in to continue')
    expect(await page.isVisible('main')).toBe(true)
    await expect
      .poll(() => stage.takeComplaints().join('\n'))
      .toMatch(/script-src 'self'.*style-src 'self'.*img-src 'self'/s)
  })

  test.each(applications)('refuses to show pages inside an application %s', async (_, running) => {
    const { page } = await stage.person()
    await open(page, running())
    await signIn(page, user)
    const consent = page.url()
    for (const framed of [
      `${stage.app.issuer}/sign-in`,
      `${stage.app.issuer}/`,
      consent,
      authorizationUrl(stage.app, running().application, { prompt: 'login' }),
    ]) {
      await page.goto(running().origin)
      await page.evaluate((url) => {
        document.body.append(Object.assign(document.createElement('iframe'), { src: url, id: 'frame' }))
      }, framed)
      await expect.poll(() => stage.takeComplaints().join('\n')).toContain("frame-ancestors 'none'")
      const frame = await (await page.$('#frame'))?.contentFrame()
      expect(await frame?.locator('form').count()).toBe(0)
    }
  })
})

describe('a form on a page of somebody else', () => {
  test.each(applications)('grants nothing, even with a stolen token (%s)', async (_, running) => {
    const { page } = await stage.person()
    const victim = await stage.app.fixtures.user()
    await open(page, running())
    await signIn(page, victim)
    expect(placeOf(page)).toBe(`${stage.app.issuer}/consent`)
    const fields = await page
      .locator('.consent input[type=hidden]')
      .evaluateAll((inputs) =>
        inputs.map((input) => [input.getAttribute('name'), input.getAttribute('value')]),
      )
    expect(fields.map(([name]) => name)).toEqual(['csrf_token', 'request'])

    await page.goto(running().origin)
    await page.evaluate(
      ({ action, values }) => {
        const form = Object.assign(document.createElement('form'), { method: 'post', action })
        for (const [name, value] of values)
          form.append(Object.assign(document.createElement('input'), { name, value }))
        form.append(Object.assign(document.createElement('button'), { id: 'attack' }))
        document.body.append(form)
      },
      { action: `${stage.app.issuer}/consent`, values: [...fields, ['decision', 'allow']] },
    )
    const { length } = running().answers
    await follow(page, '#attack')
    expect(await textOf(page, 'h1')).toBe('We could not confirm that this came from you')
    expect(running().answers).toHaveLength(length)

    await open(page, running())
    expect(placeOf(page), 'still to be asked').toBe(`${stage.app.issuer}/consent`)
  })
})

test.each(applications)(
  'RFC 9700 §4.2.4: no Referer tells anything to an application %s',
  async (_, running) => {
    const { page } = await stage.person()
    const consenting = await stage.app.fixtures.user()
    const { length } = running().referrers
    await open(page, running())
    await signIn(page, consenting)
    await follow(page, '#allow')
    await welcomed(page, running())
    expect(running().referrers.slice(length)).toEqual([undefined])
  },
)

test('pages are not kept by the browser, and the stylesheet is', async () => {
  const { page } = await stage.person()
  const headers = new Map<string, Readonly<Record<string, string>>>()
  page.on('response', (response) => headers.set(new URL(response.url()).pathname, response.headers()))
  await open(page, stranger)
  expect(headers.get('/sign-in')).toMatchObject({
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  })
  const stylesheet = [...headers.keys()].find((path) => path.endsWith('.css')) ?? ''
  expect(headers.get(stylesheet)?.['cache-control']).toContain('immutable')
})
