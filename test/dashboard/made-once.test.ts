import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, post, textIn } from '../account/account-room.ts'
import { adminAt, openPortalOf } from '../portal/portal-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestBrowser, Visited } from '../support/browser.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  await openPortalOf(app)
})
afterAll(() => app[Symbol.asyncDispose]())

interface Place {
  readonly browser: TestBrowser
  readonly visited: Visited
  readonly path: string
  readonly form: Readonly<Record<string, string>>
  readonly count: () => Promise<number>
}

const secretsOf = async (id: string) => {
  const { body } = await (await app.management()).get(`/connect/applications/${id}/client_secrets`)
  return (body as readonly unknown[]).length
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  'a secret at the dashboard': async () => {
    const { id } = await app.fixtures.firstParty()
    const path = `/dashboard/applications/${id}`
    const opened = await operatorAt(app, 'admin', path)
    return { ...opened, path: `${path}/secrets`, form: { secret_name: '' }, count: () => secretsOf(id) }
  },
  'an API key at the dashboard': async () => {
    const path = '/dashboard/api-keys'
    const opened = await operatorAt(app, 'admin', path)
    const name = `Key of ${opened.user.id}`
    const count = async () => {
      const { body } = await (await app.management()).get('/latchkey/v1/api_keys?limit=100')
      return (body as { data: { name: string }[] }).data.filter((key) => key.name === name).length
    }
    return { ...opened, path, form: { name, permissions: 'users:read' }, count }
  },
  'a key of a customer at the dashboard': async () => {
    const organization = await app.fixtures.organization()
    const path = `/dashboard/organizations/${organization}/keys`
    const opened = await operatorAt(app, 'admin', path)
    const count = async () => {
      const { body } = await (await app.management()).get(`/organizations/${organization}/api_keys`)
      return (body as { data: readonly unknown[] }).data.length
    }
    return { ...opened, path, form: { name: 'Reports' }, count }
  },
  'a secret at the portal': async () => {
    const organization = await app.fixtures.organization()
    const { id } = await app.fixtures.m2m(organization)
    const opened = await adminAt(app, organization, `/applications/${id}`)
    const { pathname } = opened.visited.url
    return { ...opened, path: `${pathname}/secrets`, form: { secret_name: '' }, count: () => secretsOf(id) }
  },
}

const onceOn = ({ body }: Pick<Visited, 'body'>): string =>
  /name="once" value="([^"]+)"/.exec(body)?.[1] ?? ''

describe.each(Object.entries(places))('%s', (_, open) => {
  test('is made once by a form that is sent twice, which says so', async () => {
    const { browser, visited, path, form, count } = await open()
    const before = await count()
    const sent = { ...form, csrf_token: csrfTokenOn(visited), once: onceOn(visited) }
    const both = await Promise.all([post(app, browser, path, sent), post(app, browser, path, sent)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await count()).toBe(before + 1)
    const [made, told] = both.toSorted((one, other) => one.status - other.status)
    expect(textIn(made ?? { body: '' }, 'secret')).toMatch(/^(lks|sk)_/)
    expect(textIn(told ?? { body: '' }, 'form-error')).toContain('This form was sent before')
    expect(told?.body).not.toMatch(/(lks|sk)_\w{20}/)
    // The page that says so has a form of its own.
    expect((await post(app, browser, path, { ...sent, once: onceOn(told ?? { body: '' }) })).status).toBe(200)
    expect(await count()).toBe(before + 2)
  })

  test('is not used up by what was refused, and not made by a form without its name', async () => {
    const { browser, visited, path, form, count } = await open()
    const before = await count()
    const sent = { ...form, csrf_token: csrfTokenOn(visited), once: onceOn(visited) }
    const tooLong = Object.fromEntries(Object.entries(form).map(([name]) => [name, 'x'.repeat(300)]))
    expect((await post(app, browser, path, { ...sent, ...tooLong })).status).toBe(422)
    expect((await post(app, browser, path, { ...sent, once: '' })).status).toBe(422)
    expect(await count()).toBe(before)
    expect((await post(app, browser, path, sent)).status).toBe(200)
  })
})
