import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, post } from '../account/account-room.ts'
import type { TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestUser } from '../support/fixtures.ts'
import { signIn } from '../support/follow-authorization.ts'
import { memberOf, startPortalApp } from './portal-room.ts'

/* Who may do what to whose, for every page of the developer portal there is and will be: the routes are the server's. */

const routes: { readonly method: string; readonly url: string }[] = []

let app: TestApp
/** For each parameter of a path. */
let things: Readonly<Record<string, Readonly<Record<Whose, string>>>>
let people: Readonly<Record<'member' | 'admin of another' | 'admin', TestUser>>

type Whose = 'own' | 'foreign' | 'absent' | 'malformed'

beforeAll(async () => {
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.push({ method: each, url })
    })
  }
  subscribe('fastify.initialization', listen)
  app = await startPortalApp()
  unsubscribe('fastify.initialization', listen)
  const [own, foreign] = [await app.fixtures.organization(), await app.fixtures.organization()]
  const [application, another] = [await app.fixtures.thirdParty(own), await app.fixtures.thirdParty(foreign)]
  const malformed = 'x<b>'
  things = {
    organization: { own, foreign, absent: 'org_01ARZ3NDEKTSV4RRFFQ69G5FAV', malformed },
    id: {
      own: application.id,
      foreign: another.id,
      absent: 'conn_app_01ARZ3NDEKTSV4RRFFQ69G5FAV',
      malformed,
    },
    secret: {
      own: String(application.credentialId),
      foreign: String(another.credentialId),
      absent: 'secret_01ARZ3NDEKTSV4RRFFQ69G5FAV',
      malformed,
    },
  }
  people = {
    member: await memberOf(app, [own], 'member'),
    'admin of another': await memberOf(app, [foreign]),
    admin: await memberOf(app, [own]),
  }
})
afterAll(() => app[Symbol.asyncDispose]())

interface Tried {
  readonly path: string
  readonly isOwn: boolean
}

/** Every path of a method, with every mixture of what is whose. */
const pathsBy = (wanted: string): Tried[] =>
  routes
    .filter(({ method, url }) => method === wanted && url.startsWith('/developers/:'))
    .flatMap(({ url }) => {
      const fill = (path: string, isOwn: boolean): Tried[] => {
        const [parameter, name = ''] = /:(\w+)/.exec(path) ?? []
        if (parameter === undefined) return [{ path, isOwn }]
        const found = things[name]
        if (!found) throw new Error(`There is nothing of ${url} to try it with.`)
        return Object.entries(found).flatMap(([whose, thing]) =>
          fill(path.replace(parameter, encodeURIComponent(thing)), isOwn && whose === 'own'),
        )
      }
      return fill(url, true)
    })

/** Signed in at a page that everybody is told the same on. */
const signedIn = async (
  user: TestUser,
): Promise<{ readonly browser: TestBrowser; readonly csrf_token: string }> => {
  const browser = createBrowser(app.issuer)
  const visited = await signIn(browser, await browser.get('/developers/none'), user)
  expect(visited.status).toBe(404)
  return { browser, csrf_token: csrfTokenOn(visited) }
}

const changes = async (): Promise<number> =>
  (await app.stores.events.page({}, { limit: 100, order: 'desc' })).rows.filter(({ name }) =>
    /^(application|client_secret)\./.test(name),
  ).length

describe('every page of the developer portal', () => {
  test('leads whoever is not signed in to sign in, and takes no form of theirs', async () => {
    const stranger = createBrowser(app.issuer)
    await stranger.get('/sign-in')
    const [shown, decided] = [pathsBy('GET'), pathsBy('POST')]
    expect(Math.min(shown.length, decided.length)).toBeGreaterThan(64)
    for (const { path } of shown) {
      expect((await createBrowser(app.issuer).get(path)).url.pathname, path).toBe('/sign-in')
    }
    const before = await changes()
    for (const { path } of decided) {
      const answer = await post(app, stranger, path, { name: 'Changed', csrf_token: 'x' })
      expect({ path, ...answer }).toMatchObject({
        status: 303,
        location: expect.stringContaining('/sign-in?'),
      })
    }
    expect(await changes()).toBe(before)
  })

  test.each(['member', 'admin of another'] as const)(
    'is not there for the %s, whatever it is of, to the last byte',
    async (who) => {
      const { browser, csrf_token } = await signedIn(people[who])
      const nowhere = await browser.get('/developers/none')
      const before = await changes()
      const isTheirs = (path: string) => who === 'admin of another' && isAllOf(path, 'foreign')
      for (const { path } of pathsBy('GET')) {
        const { status, body } = await browser.get(path)
        if (isTheirs(path)) expect({ path, status }).toEqual({ path, status: 200 })
        else
          expect({ path, status, isSame: body === nowhere.body }).toEqual({ path, status: 404, isSame: true })
      }
      for (const { path } of pathsBy('POST')) {
        if (isTheirs(path)) continue
        const { status, body } = await post(app, browser, path, { name: 'Changed', csrf_token })
        expect({ path, status, isSame: body === nowhere.body }).toEqual({ path, status: 404, isSame: true })
      }
      expect(await changes()).toBe(before)
    },
  )

  test('is there for an admin of the organization where all of it is its own, and nowhere else', async () => {
    const { browser, csrf_token } = await signedIn(people.admin)
    const nowhere = await browser.get('/developers/none')
    for (const { path, isOwn } of pathsBy('GET')) {
      const { status, body } = await browser.get(path)
      expect({ path, status, isSame: body === nowhere.body }).toEqual({
        ...{ path, status: isOwn ? 200 : 404, isSame: !isOwn },
      })
    }
    // Nothing of it is enough to change anything; what is not there is not there before that is looked at.
    const before = await changes()
    for (const { path, isOwn } of pathsBy('POST')) {
      const { status, body } = await post(app, browser, path, { secret_name: '\u0007', csrf_token })
      expect([isOwn ? [409, 422] : [404], path]).toEqual([expect.arrayContaining([status]), path])
      expect({ path, isSame: body === nowhere.body }).toEqual({ path, isSame: !isOwn })
    }
    expect(await changes()).toBe(before)
  })
})

/** Every parameter of the path is that one of what there is to try. */
const isAllOf = (path: string, whose: Whose): boolean =>
  !Object.values(things).some((found) =>
    Object.entries(found).some(
      ([of, thing]) => of !== whose && path.split('/').includes(encodeURIComponent(thing)),
    ),
  )
