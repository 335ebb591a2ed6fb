import { expect, test } from 'vitest'
import { freePort } from '../support/app.ts'
import { managementOf } from '../support/management.ts'
import { openStage, signIn } from './support/stage.ts'

/*
 * A listener for operators alone: the management API and the dashboard are there and nowhere else, and people sign in for
 * it at the issuer.
 */

const port = await freePort()
const stage = await openStage({ settings: { LATCHKEY_MANAGEMENT_PORT: String(port) } })
const { app } = stage
const operators = `http://localhost:${port}`

const statusAndBody = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, { redirect: 'manual', ...init })
  return { status: response.status, body: await response.text() }
}

test('the management API, its reference and the dashboard are there, and to others as if they were nowhere', async () => {
  const key = await app.fixtures.apiKey()
  const authorization = `Bearer ${key}`
  for (const path of ['/organizations', '/latchkey/v1/settings', '/openapi.json']) {
    const there = await fetch(operators + path, { headers: { authorization } })
    expect(there.status, path).toBe(200)
    const elsewhere = { headers: { authorization } }
    expect(await statusAndBody(app.issuer + path, elsewhere), path).toEqual(
      await statusAndBody(`${app.issuer}/nowhere`, elsewhere),
    )
  }
  for (const path of ['/dashboard', '/dashboard/users', '/dashboard/none', '/reference']) {
    const elsewhere = { headers: { accept: 'text/html' } }
    expect((await statusAndBody(app.issuer + path, elsewhere)).status, path).toBe(404)
  }
  const document = await (await fetch(`${operators}/openapi.json`)).json()
  expect(document).toMatchObject({ servers: [{ url: operators }] })
  const changed = { method: 'POST', headers: { authorization, 'content-type': 'application/json' } }
  const body = JSON.stringify({ name: 'Globex' })
  expect((await statusAndBody(`${app.issuer}/organizations`, { ...changed, body })).status).toBe(404)
  expect((await managementOf(operators, key).post('/organizations', { name: 'Globex' })).status).toBe(201)
})

test('what is for everybody is at the issuer: a browser is sent there, a program is not served', async () => {
  const page = await fetch(`${operators}/account/security?x=1`, { redirect: 'manual' })
  expect([page.status, page.headers.get('location')]).toEqual([302, `${app.issuer}/account/security?x=1`])
  for (const path of ['/oauth2/token', '/oauth2/introspection', '/sign-in']) {
    expect((await statusAndBody(operators + path, { method: 'POST' })).status, path).toBe(404)
  }
  for (const origin of [operators, app.issuer]) {
    expect((await statusAndBody(`${origin}/healthz`)).status).toBe(200)
  }
})

test('the developer portal is at the issuer, with what its pages load', async () => {
  const management = managementOf(operators, await app.fixtures.apiKey())
  await management.post('/authorization/roles', { slug: 'admin', name: 'Admin' })
  await management.patch('/latchkey/v1/settings', { developer_portal: true })
  const organization_id = await app.fixtures.organization('Hooli')
  const user = await app.fixtures.user()
  await management.post('/user_management/organization_memberships', {
    ...{ user_id: user.id, organization_id, role_slug: 'admin' },
  })
  const { page } = await stage.person()
  await page.goto(`${operators}/developers`)
  await signIn(page, user)
  await page.waitForURL(`${app.issuer}/developers/${organization_id}`)
  expect(await page.evaluate('getComputedStyle(document.body).display')).toBe('grid')
})

test('an operator signs in at the issuer, arrives at the page that was asked for, changes something and signs out', async () => {
  const user = await app.fixtures.operator('owner')
  const { page } = await stage.person()
  await page.goto(`${operators}/dashboard/organizations`)
  expect(new URL(page.url()).origin).toBe(app.issuer)
  await signIn(page, user)
  await page.waitForURL(`${operators}/dashboard/organizations`)
  await page.fill('#name', 'Initech')
  await page.press('#name', 'Enter')
  await page.getByRole('link', { name: 'Initech' }).click()
  await page.waitForURL(`${operators}/dashboard/organizations/org_*`)
  const dashboard = page.url()
  await page.locator('form[action="/sign-out"] button').first().click()
  await page.waitForURL((url) => url.href !== dashboard)
  await page.goto(dashboard)
  expect(page.url()).toContain(`${app.issuer}/sign-in?request=dashboard`)
})

test('what an operator tries goes by the issuer, and comes back to the dashboard', async () => {
  const { id, clientSecret } = await app.fixtures.firstParty()
  const { page } = await stage.person()
  await page.goto(`${operators}/dashboard/applications/${id}/try`)
  await signIn(page, await app.fixtures.operator('owner'))
  await page.click('#try')
  await page.waitForURL(`${operators}/dashboard/try/callback?*`)
  await page.fill('#client_secret', clientSecret)
  await page.click('#redeem')
  expect(await page.textContent('#request-3')).toContain(`POST ${app.issuer}/oauth2/token`)
  expect(await page.textContent('#id_token-claims')).toContain(app.issuer)
})

test('no other origin of the host may send a form', async () => {
  const user = await app.fixtures.operator('owner')
  const { page, context } = await stage.person()
  await page.goto(`${operators}/dashboard`)
  await signIn(page, user)
  await page.waitForURL(`${operators}/dashboard`)
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const csrf = await page.locator('input[name=csrf_token]').first().inputValue()
  const sent = async (origin: string) =>
    (
      await statusAndBody(`${operators}/dashboard/organizations`, {
        method: 'POST',
        headers: { cookie, origin },
        body: new URLSearchParams({ csrf_token: csrf, name: 'Forged' }),
      })
    ).status
  expect(await sent('http://localhost:1')).toBe(403)
  expect(await sent(operators)).toBe(303)
})
