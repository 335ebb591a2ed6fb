import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type RunningLoginApplication,
  startLoginApplication,
} from '../../examples/standalone/login-application.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { setLoginUri } from '../support/own-login.ts'
import { authorizationUrl } from '../support/relying-party.ts'

let app: TestApp
let login: RunningLoginApplication
let portal: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  portal = await app.fixtures.firstParty()
  const apiKey = await app.fixtures.apiKey(['users:write'])
  login = await startLoginApplication({ issuer: app.issuer, apiKey, port: 0 })
  await setLoginUri(app, login.loginUri)
})
afterAll(async () => {
  await login.close()
  await app[Symbol.asyncDispose]()
})

/** A browser at the login page of the example. */
const sent = async () => {
  const browser = createBrowser(app.issuer)
  const { url } = await browser.get(authorizationUrl(app, portal))
  expect(url.href.startsWith(`${login.loginUri}?external_auth_id=ext_auth_`)).toBe(true)
  return { browser, url }
}

const logIn = async (url: URL, email: string, password: string) => {
  const body = new URLSearchParams({
    external_auth_id: url.searchParams.get('external_auth_id') ?? '',
    email,
    password,
  })
  return fetch(login.loginUri, { method: 'POST', body, redirect: 'manual' })
}

test('the sample login application signs its own people in', async () => {
  const { browser, url } = await sent()
  const form = await (await fetch(url)).text()
  expect(form).toContain(`value="${url.searchParams.get('external_auth_id')}"`)
  const back = await logIn(url, 'grace@northwind.example', 'amazing grace')
  const visited: Visited = await browser.get(back.headers.get('location') ?? '')
  expect(visited.url.searchParams.has('code')).toBe(true)
  const workos = await app.sdk()
  expect(await workos.userManagement.getUserByExternalId('staff-17')).toMatchObject({
    email: 'grace@northwind.example',
    firstName: 'Grace',
  })
})

test('the sample login application has them choose where they are asked', async () => {
  const partner = await app.fixtures.thirdParty(await app.fixtures.organization())
  const browser = createBrowser(app.issuer)
  const { url } = await browser.get(authorizationUrl(app, partner))
  const back = await logIn(url, 'grace@northwind.example', 'amazing grace')
  const consent = await browser.get(back.headers.get('location') ?? '')
  expect(consent.body).toContain('<option value="navy">Navy</option>')
})

test('the sample login application sends nobody back who is not who they say', async () => {
  const { url } = await sent()
  for (const [email, password] of [
    ['grace@northwind.example', 'imitation game'],
    ['nobody@northwind.example', 'amazing grace'],
  ] as const) {
    const refused = await logIn(url, email, password)
    expect({ status: refused.status, location: refused.headers.get('location') }).toEqual({
      status: 422,
      location: null,
    })
    expect(await refused.text()).toContain('do not match')
  }
  expect((await logIn(url, 'alan@northwind.example', 'imitation game')).status).toBe(303)
})

test('the sample login application says so where a login is over', async () => {
  const { url } = await sent()
  await logIn(url, 'alan@northwind.example', 'imitation game')
  expect((await logIn(url, 'alan@northwind.example', 'imitation game')).status).toBe(410)
})

test('the sample login application believes what is asked for if it is signed, and shows it as text', async () => {
  const application = await app.fixtures.firstParty({ name: 'Portal & <b>Co</b>' })
  const hinted = authorizationUrl(app, application, { login_hint: '"><script>alert(1)</script>' })
  const { url } = await createBrowser(app.issuer).get(hinted)
  const form = await (await fetch(url)).text()
  expect(form).toContain('To go on to Portal')
  expect(form).not.toMatch(/<script>|<b>Co/)
  const [header, , signature] = (url.searchParams.get('request') ?? '').split('.')
  const forged = Buffer.from('{"client_name":"Another"}').toString('base64url')
  for (const request of [`${header}.${forged}.${signature}`, '']) {
    url.searchParams.set('request', request)
    const refused = await fetch(url)
    expect({ status: refused.status, page: await refused.text() }).toEqual({
      status: 400,
      page: expect.not.stringContaining('Another'),
    })
  }
})
