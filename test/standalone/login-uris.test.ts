import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoginUriObject } from '../../src/objects/login-uri.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication } from '../support/fixtures.ts'
import type { Management } from '../support/management.ts'
import { LOGIN_URI, setLoginUri } from '../support/own-login.ts'
import { authorizationUrl, identify, signIn } from '../support/relying-party.ts'

/* Several login pages of the operator's own: of an application, of an organization, of everybody. */

const PATH = '/latchkey/v1/login_uris'

let app: TestApp
let management: Management
let portal: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
  portal = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const create = async (given: Readonly<Record<string, unknown>>): Promise<LoginUriObject> => {
  const { status, body } = await management.post(PATH, { name: 'Rule', ...given })
  expect(status, JSON.stringify(body)).toBe(201)
  await app.changesHeard()
  return body as LoginUriObject
}
const remove = async ({ id }: Pick<LoginUriObject, 'id'>) => {
  expect((await management.delete(`${PATH}/${id}`)).status).toBe(204)
  await app.changesHeard()
}
/** Where a new browser ends up. */
const wayOf = async (application: TestApplication, parameters: Readonly<Record<string, string>> = {}) => {
  const { url } = await createBrowser(app.issuer).get(authorizationUrl(app, application, parameters))
  return `${url.origin}${url.pathname}`
}

describe('login URIs', () => {
  test('are made, shown, listed, changed and deleted, each with its event', async () => {
    const made = await create({ uri: 'https://one.example.com/in', application_id: portal.id })
    expect(made).toEqual({
      object: 'login_uri',
      id: expect.stringMatching(/^login_uri_[0-9A-Z]{26}$/),
      name: 'Rule',
      uri: 'https://one.example.com/in',
      application_id: portal.id,
      organization_id: null,
      created_at: expect.any(String),
      updated_at: made.created_at,
    })
    expect((await management.get(`${PATH}/${made.id}`)).body).toEqual(made)
    expect((await management.get(PATH)).body).toMatchObject({ data: [made] })
    const renamed = await management.patch(`${PATH}/${made.id}`, { name: 'Another' })
    expect(renamed.body).toMatchObject({ name: 'Another', uri: made.uri })
    const here = await management.patch(`${PATH}/${made.id}`, { uri: null })
    expect(here.body).toMatchObject({ name: 'Another', uri: null })
    await remove(made)
    expect(await management.get(`${PATH}/${made.id}`)).toMatchObject({ status: 404 })
    const names = ['login_uri.created', 'login_uri.updated', 'login_uri.deleted'] as const
    expect((await eventsOf(app, made.id, names)).map(({ name }) => name)).toEqual([
      'login_uri.created',
      'login_uri.updated',
      'login_uri.updated',
      'login_uri.deleted',
    ])
  })

  test('are told apart by what they are for: one each, and for one thing', async () => {
    const organizationId = await app.fixtures.organization()
    const uri = 'https://one.example.com/in'
    const refused = async (given: Readonly<Record<string, unknown>>) => {
      const { status, body } = await management.post(PATH, { name: 'Rule', uri, ...given })
      return { status, codes: (body as { errors?: { code: string }[] }).errors?.map(({ code }) => code) }
    }
    expect(await refused({})).toEqual({ status: 422, codes: ['ambiguous_login_uri'] })
    expect(await refused({ application_id: portal.id, organization_id: organizationId })).toEqual({
      status: 422,
      codes: ['ambiguous_login_uri'],
    })
    expect(await refused({ application_id: 'conn_app_0' })).toEqual({
      status: 422,
      codes: ['application_not_found'],
    })
    // Requests choose the organization; none may choose to be let in by another door.
    expect(await refused({ uri: null, organization_id: organizationId })).toEqual({
      status: 422,
      codes: ['login_uri_missing'],
    })
    expect(
      await refused({ uri: 'http://one.example.com/in', organization_id: organizationId }),
    ).toMatchObject({
      status: 422,
    })
    const both = await Promise.all([1, 2].map(() => refused({ organization_id: organizationId })))
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422])
  })

  test('leave the names free of what is said to the page: of two of one name it might read the first', async () => {
    const { id } = await create({ uri: 'https://one.example.com/in', application_id: portal.id })
    for (const query of ['external_auth_id=1', 'a=b&request', 'external%5Fauth_id=', 'request=1&request=2']) {
      const uri = `https://one.example.com/in?${query}`
      const organization_id = await app.fixtures.organization()
      const answers = [
        await management.post(PATH, { name: 'Rule', uri, organization_id }),
        await management.patch(`${PATH}/${id}`, { uri }),
        await management.patch('/latchkey/v1/settings', { standalone_login_uri: uri }),
      ]
      for (const { status, body } of answers) {
        expect(status, uri).toBe(422)
        expect(JSON.stringify(body)).toContain('external_auth_id')
      }
    }
    const kept = 'https://one.example.com/in?requested=1&a=request'
    expect((await management.patch(`${PATH}/${id}`, { uri: kept })).body).toMatchObject({ uri: kept })
    await remove({ id } as LoginUriObject)
  })

  test('need the permission for the environment', async () => {
    const reader = await app.management(['environment:read'])
    expect((await reader.get(PATH)).status).toBe(200)
    expect((await reader.post(PATH, { name: 'x', uri: null })).status).toBe(403)
  })
})

describe('people sign in', () => {
  test('at the page of the application, of the organization asked for, of everybody, or here', async () => {
    const shop = await app.fixtures.firstParty()
    const dashboard = await app.fixtures.firstParty()
    const organizationId = await app.fixtures.organization()
    await setLoginUri(app)
    await create({ uri: 'https://shop.example.com/in', application_id: shop.id })
    await create({ uri: 'https://contoso.example.com/in', organization_id: organizationId })
    const here = await create({ uri: null, application_id: dashboard.id })
    const asked = { organization_id: organizationId }
    const { origin, pathname } = new URL(LOGIN_URI)
    expect({
      shop: await wayOf(shop),
      shopOfOrganization: await wayOf(shop, asked),
      organization: await wayOf(portal, asked),
      everybody: await wayOf(portal),
      dashboard: await wayOf(dashboard, asked),
    }).toEqual({
      shop: 'https://shop.example.com/in',
      shopOfOrganization: 'https://shop.example.com/in',
      organization: 'https://contoso.example.com/in',
      everybody: `${origin}${pathname}`,
      dashboard: `${app.issuer}/sign-in`,
    })

    // Passwords open what is guarded here, and nothing with a form from before once it is guarded elsewhere.
    const user = await app.fixtures.user()
    const inside = createBrowser(app.issuer)
    const { left } = await signIn(inside, await inside.get(authorizationUrl(app, dashboard)), user)
    expect(left).toBe(true)
    const late = createBrowser(app.issuer)
    const form = await identify(late, await late.get(authorizationUrl(app, dashboard)), user)
    await remove(here)
    const { url } = await late.submit(form, { password: user.password })
    expect(url.origin).toBe(origin)
    expect(late.cookie('latchkey_session')).toBeUndefined()
  })

  test('where everybody does, once the application of a rule is deleted with it', async () => {
    const brief = await app.fixtures.firstParty()
    const { id } = await create({ uri: null, application_id: brief.id })
    await management.delete(`/connect/applications/${brief.id}`)
    expect((await management.get(`${PATH}/${id}`)).status).toBe(404)
  })
})
