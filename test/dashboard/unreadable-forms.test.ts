import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, textIn } from '../account/account-room.ts'
import { adminAt, openPortalOf } from '../portal/portal-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  await openPortalOf(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const send = async ({ cookies }: TestBrowser, path: string, body: FormData | string, type?: string) => {
  const response = await fetch(app.issuer + path, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: {
      cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
      ...{ origin: app.issuer, 'sec-fetch-site': 'same-origin' },
      ...(type !== undefined && { 'content-type': type }),
    },
  })
  return { status: response.status, body: await response.text() }
}

const FORM = 'application/x-www-form-urlencoded'
const tooLarge = `name=${'x'.repeat(70_000)}`

describe('a form that cannot be read', () => {
  test('of the dashboard says how large one may be, or that it is none, within the dashboard', async () => {
    const { browser } = await operatorAt(app, 'admin')
    const large = await send(browser, '/dashboard/organizations', tooLarge, FORM)
    expect(large).toMatchObject({ status: 413, body: expect.stringContaining('id="refused"') })
    expect(textIn(large, 'refused')).toContain('A form has 64 KB at most. Nothing was changed')
    const none = await send(browser, '/dashboard/organizations', '{}', 'application/json')
    expect(none.status).toBe(415)
    expect(textIn(none, 'refused')).toContain('no form of this page')
  })

  test('of the portal says the same there', async () => {
    const organization = await app.fixtures.organization()
    const { browser } = await adminAt(app, organization)
    const large = await send(browser, `/developers/${organization}/applications`, tooLarge, FORM)
    expect(large.status).toBe(413)
    expect(textIn(large, 'refused')).toContain('A form has 64 KB at most')
  })

  test.each([150_000, 2_500_000])('with a picture of %i bytes says how large one may be', async (size) => {
    const { id } = await app.fixtures.firstParty()
    const path = `/dashboard/applications/${id}/logos`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    const form = new FormData()
    form.set('csrf_token', csrfTokenOn(visited))
    form.set('picture', new Blob([Buffer.alloc(size, 'x')]), 'logo.png')
    const answer = await send(browser, `${path}/light`, form)
    expect([413, 422]).toContain(answer.status)
    expect(answer.body).toMatch(/A picture has 100 KB at most|at most 102400/)
  })

  test('of any other page blames no link', async () => {
    const { browser } = await operatorAt(app, 'viewer')
    const large = await send(browser, '/sign-in', tooLarge, FORM)
    expect(large).toMatchObject({
      status: 413,
      body: expect.stringContaining('We could not read what was sent'),
    })
    expect(await send(browser, '/sign-in', '{}', 'application/json')).toMatchObject({ status: 415 })
  })

  test('of whoever is not signed in says nothing of the dashboard', async () => {
    const stranger = createBrowser(app.issuer)
    expect(await send(stranger, '/dashboard/organizations', tooLarge, FORM)).toMatchObject({ status: 303 })
  })
})
