import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, post, signedInAt } from '../account/account-room.ts'
import { PNG } from '../management/contract/cases/picture.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { givePasskey, giveTotp } from '../support/factors.ts'
import { operatorAt } from './dashboard-room.ts'

/* Who may do what, for every page of the dashboard there is and will be: the routes are those of the server. */

const routes: { readonly method: string; readonly url: string }[] = []

let app: TestApp
/** A thing that is there, for each parameter of a path. */
let things: readonly (readonly [route: RegExp, thing: string])[]
/** What is typed to confirm the end of one, by where its form goes. */
let words: readonly (readonly [path: RegExp, word: string])[]

beforeAll(async () => {
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.push({ method: each, url })
    })
  }
  subscribe('fastify.initialization', listen)
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  unsubscribe('fastify.initialization', listen)
  const management = await app.management()
  const made = async (path: string, body: unknown) =>
    (await management.post(path, body)).body as Readonly<Record<string, string>>
  await app.fixtures.permission('a:permission')
  await made('/authorization/roles', { slug: 'a-role', name: 'A role' })
  const endpoint = await made('/webhook_endpoints', {
    endpoint_url: 'https://hooks.example.com',
    events: ['user.created'],
  })
  const apiKey = await made('/latchkey/v1/api_keys', { name: 'A key', permissions: ['users:read'] })
  const [key] = await app.stores.signingKeys.all()
  const loginUri = await made('/latchkey/v1/login_uris', {
    name: 'A login page',
    uri: 'https://login.example.com/',
    organization_id: await app.fixtures.organization(),
  })
  const provider = await made('/latchkey/v1/identity_providers', {
    ...{ name: 'A provider', issuer: 'https://accounts.example.com', client_id: 'x', client_secret: 'y' },
  })
  const application = await app.fixtures.firstParty({ name: 'An application' })
  const organization = await app.fixtures.organization('An organization')
  const user = await app.fixtures.user()
  const membership = await made('/user_management/organization_memberships', {
    ...{ user_id: user.id, organization_id: organization },
  })
  const { passkey } = await givePasskey(app, user)
  const { factorId } = await giveTotp(app, user)
  things = [
    [/applications\/:/, application.id],
    [/:secret/, String(application.credentialId)],
    [/permissions\/:/, 'a:permission'],
    [/roles\/:/, 'a-role'],
    [/webhooks\/:/, String(endpoint['id'])],
    [/api-keys\/:/, String(apiKey['id'])],
    [/signing-keys\/:/, String(key?.kid)],
    [/events\/:/, String((await app.stores.events.byName('permission.created', 1))[0]?.id)],
    [/organizations\/:/, organization],
    [/members\/:/, String(membership['id'])],
    [/users\/:/, user.id],
    [/passkeys\/:/, passkey.id],
    [/factors\/:/, factorId],
    [/operators\/:/, (await app.fixtures.operator('owner')).id],
    [/login-pages\/:/, String(loginUri['id'])],
    [/identity-providers\/:/, String(provider['id'])],
    [/settings\/:/, 'tokens'],
  ]
  words = [
    [/secrets\//, application.clientSecret.slice(-6)],
    [/applications\//, 'An application'],
    [/permissions\//, 'a:permission'],
    [/webhooks\//, 'https://hooks.example.com'],
    [/api-keys\//, 'A key'],
    [/signing-keys\//, String(key?.kid)],
    [/members\//, user.email],
    [/passkeys\//, passkey.name],
    [/organizations\//, 'An organization'],
    [/users\//, user.email],
    [/login-pages\//, 'A login page'],
    [/identity-providers\//, 'A provider'],
  ]
})
afterAll(() => app[Symbol.asyncDispose]())

const pathsBy = (wanted: string): string[] => [
  ...new Set(
    routes
      .filter(({ method, url }) => method === wanted && url.startsWith('/dashboard') && !url.endsWith('*'))
      .map(({ url }) => {
        let path = url
        // Each parameter by what is in front of it, from the left.
        for (const [route, thing] of things) if (route.test(path)) path = path.replace(/:\w+/, thing)
        if (path.includes('/:')) throw new Error(`There is nothing of ${url} to try it with.`)
        return path
      }),
  ),
]

/** Forms with a picture, which are refused for the want of one before anybody asks for the right to it. */
const PICTURE = /(logos\/(light|dark)|branding\/(logo|logo_dark|icon))$/

const postPicture = (
  { cookies }: TestBrowser,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<Response> => {
  const body = new FormData()
  for (const [name, value] of Object.entries(form)) body.set(name, value)
  body.set('picture', new Blob([PNG as never]), 'logo.png')
  const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
  const headers = { cookie, origin: app.issuer, 'sec-fetch-site': 'same-origin' }
  return fetch(app.issuer + path, { method: 'POST', body, headers, redirect: 'manual' })
}

describe('every page of the dashboard', () => {
  test('leads whoever is not signed in to sign in, and shows nothing to whoever is no operator', async () => {
    const shown = pathsBy('GET')
    expect(shown.length).toBeGreaterThan(10)
    const { browser } = await signedInAt(app, await app.fixtures.user())
    for (const path of shown) {
      expect((await createBrowser(app.issuer).get(path)).url.pathname, path).toBe('/sign-in')
      expect(await browser.get(path), path).toMatchObject({ status: 403 })
    }
  })

  test.each(['owner', 'admin', 'viewer'] as const)('is shown to the %s', async (role) => {
    const { browser } = await operatorAt(app, role)
    for (const path of pathsBy('GET')) {
      expect(await browser.get(path), path).toMatchObject({ status: 200, url: { pathname: path } })
    }
  })

  test('takes no form from whoever is not signed in, is no operator, or may only look', async () => {
    const decided = pathsBy('POST')
    expect(decided.length).toBeGreaterThan(10)
    const stranger = createBrowser(app.issuer)
    await stranger.get('/sign-in')
    const user = await signedInAt(app, await app.fixtures.user())
    const viewer = await operatorAt(app, 'viewer')
    const somebody = await app.fixtures.user()
    const lastEvent = async () =>
      (await app.stores.events.page({}, { limit: 1, order: 'desc' })).rows[0]?.name
    for (const path of decided) {
      const confirmation = words.find(([where]) => where.test(path))?.[1] ?? ''
      const form = { name: 'Changed', email: somebody.email, confirmation }
      const strangers = await post(app, stranger, path, { ...form, csrf_token: 'x' })
      expect([303, 403], path).toContain(strangers.status)
      const csrf_token = csrfTokenOn(user.visited)
      expect((await post(app, user.browser, path, { ...form, csrf_token })).status, path).toBe(403)
      const sent = { ...form, csrf_token: csrfTokenOn(viewer.visited) }
      const viewers = PICTURE.test(path)
        ? await postPicture(viewer.browser, path, sent)
        : await post(app, viewer.browser, path, sent)
      // Whoever may look may look at claims, and this form has no template in it.
      expect(viewers.status, path).toBe(path.endsWith('/jwt-template/preview') ? 422 : 403)
      expect(['change.refused', 'session.created', 'authentication.password_succeeded']).toContain(
        await lastEvent(),
      )
    }
  })
})
