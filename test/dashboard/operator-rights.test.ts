import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, post, textIn } from '../account/account-room.ts'
import { openPortalOf } from '../portal/portal-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { waitForBlocked } from '../support/blocked.ts'
import { createBrowser } from '../support/browser.ts'
import { testStore } from '../support/database-server.ts'
import { eventsOf } from '../support/events-of.ts'
import { givePasskey, giveTotp } from '../support/factors.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const OPERATORS = '/latchkey/v1/operators'

/** The embedded store makes one change after the other: there it is only a matter of which comes first. */
const ROUNDS = testStore.kind === 'postgres' ? 20 : 4

describe('a form that the role of an operator does not cover', () => {
  test('is refused in words for operators, also where the form was there when they opened the page', async () => {
    const user = await app.fixtures.user()
    const path = `/dashboard/users/${user.id}`
    const { browser, visited, user: operator } = await operatorAt(app, 'admin', path)
    await (await app.management()).put(`${OPERATORS}/${operator.id}`, { role: 'viewer' })
    const fields = { email: user.email, first_name: 'Grace', last_name: '', external_id: '' }
    const refused = await browser.submit(visited, fields)
    expect(refused.status).toBe(403)
    expect(textIn(refused, 'refused')).toContain(
      'Your role, viewer, does not cover it. An owner can give you another.',
    )
    expect(refused.body).not.toContain('API key lacks')
    expect(await eventsOf(app, user.id, ['change.refused'])).toMatchObject([
      { actor: { type: 'operator', id: operator.id }, data: { operation: 'updateUser', status: 403 } },
    ])
  })

  test('is refused in these words also where that cannot be written down', async () => {
    const { browser, visited, user } = await operatorAt(app, 'viewer', '/dashboard/operators')
    const { kysely } = app.testDatabase.database
    await sql`alter table event add constraint untold check (name <> 'change.refused') not valid`.execute(
      kysely,
    )
    try {
      const form = { csrf_token: csrfTokenOn(visited), role: 'owner', decision: 'save' }
      const refused = await post(app, browser, `/dashboard/operators/${user.id}`, form)
      expect(refused).toMatchObject({ status: 403, body: expect.stringContaining('Your role, viewer') })
      expect(app.logLines.join()).toContain('a refused change could not be written down')
    } finally {
      await sql`alter table event drop constraint untold`.execute(kysely)
    }
  })

  test('is refused beside it where somebody else may not be decided about by now', async () => {
    const other = await app.fixtures.operator('viewer')
    const { browser, visited } = await operatorAt(app, 'admin', `/dashboard/users/${other.id}`)
    const management = await app.management()
    await management.put(`${OPERATORS}/${other.id}`, { role: 'owner' })
    // Becoming an owner may have changed them: that is told of first.
    const { body } = await management.get(`/user_management/users/${other.id}`)
    const { updated_at } = body as { updated_at: string }
    const profile = {
      updated_at,
      email: 'theirs@example.com',
      first_name: '',
      last_name: '',
      external_id: '',
    }
    const refused = await browser.submit(visited, profile)
    expect(refused.status).toBe(403)
    expect(refused.body).toContain('The user is an operator of the dashboard who may do more than you may.')
    expect(textIn(refused, 'beyond-reach')).toContain('is for others to decide')
    expect((await app.stores.users.byId(other.id))?.email).toBe(other.email)
  })

  test('is not there where somebody may do more: an admin corrects the name of an owner, and sees why no more', async () => {
    const owner = await app.fixtures.operator('owner')
    const { factorId } = await giveTotp(app, owner)
    const { passkey } = await givePasskey(app, owner)
    const path = `/dashboard/users/${owner.id}`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    expect(textIn(visited, 'beyond-reach')).toContain('An operator who may do more than you may')
    for (const id of ['email', 'external_id', 'set-password', 'confirm']) {
      expect(visited.body, id).not.toContain(`id="${id}"`)
    }
    expect(visited.body).not.toMatch(/href="[^"]*\/(passkeys|factors)\//)
    for (const below of [`factors/${factorId}`, `passkeys/${passkey.id}`]) {
      const removal = await browser.get(`${path}/${below}`)
      expect(removal).toMatchObject({ status: 200, body: expect.stringContaining('id="beyond-reach"') })
      expect(removal.body).not.toContain('id="confirm"')
      const form = { csrf_token: csrfTokenOn(removal), confirmation: owner.email }
      expect((await post(app, browser, `${path}/factors/${factorId}`, form)).status).toBe(403)
    }
    await browser.submit(visited, { first_name: 'Grace', last_name: '' })
    expect(await app.stores.users.byId(owner.id)).toMatchObject({
      ...{ email: owner.email, firstName: 'Grace', emailVerified: true },
    })
    const owners = await operatorAt(app, 'owner', path)
    expect(owners.visited.body).toContain('id="set-password"')
    expect(owners.visited.body).not.toContain('id="beyond-reach"')
  })
})

test('of two owners who remove each other at once one succeeds, and is an owner still', async () => {
  // So that neither is the last.
  await app.fixtures.operator('owner')
  for (let round = 0; round < ROUNDS; round++) {
    const [one, other] = [await operatorAt(app, 'owner'), await operatorAt(app, 'owner')]
    const opened = (by: typeof one, of: typeof one) => by.browser.get(`/dashboard/operators/${of.user.id}`)
    const [ofOther, ofOne] = [await opened(one, other), await opened(other, one)]
    const answers = await Promise.all([
      one.browser.submit(ofOther, { decision: 'remove' }),
      other.browser.submit(ofOne, { decision: 'remove' }),
    ])
    const statuses = answers.map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 403])
    const [winner, loser] = statuses[0] === 200 ? [one, other] : [other, one]
    expect(await app.stores.operators.roleOf(winner.user.id)).toBe('owner')
    expect(await app.stores.operators.roleOf(loser.user.id)).toBeUndefined()
  }
})

/** The embedded store makes one change after the other: nobody can be overtaken. */
if (testStore.kind === 'postgres') {
  test.each([
    ['a viewer', 'viewer'],
    ['no operator', undefined],
  ] as const)('what an operator sent is not done for whoever is made %s before it is', async (_, role) => {
    const id = await app.fixtures.organization('Umbrella')
    const path = `/dashboard/organizations/${id}`
    const { browser, visited, user } = await operatorAt(app, 'admin', path)
    const form = { csrf_token: csrfTokenOn(visited), domain: 'umbrella.example' }
    let answer: ReturnType<typeof post> | undefined
    await app.transaction(async ({ operators }) => {
      const now = app.clock.now()
      await (role === undefined
        ? operators.delete(user.id)
        : operators.set({ userId: user.id, role, createdAt: now, updatedAt: now }))
      answer = post(app, browser, `${path}/domains`, form)
      await waitForBlocked(app, 1)
    })
    const { status, body } = (await answer) ?? {}
    expect(status).toBe(403)
    expect(body).toContain(role === undefined ? 'id="no-operator"' : 'Your role, viewer, does not cover it.')
    const { body: kept } = await (await app.management()).get(`/organizations/${id}`)
    expect(kept).toMatchObject({ domains: [] })
  })
}

describe('a browser that has a session and not what its forms are bound to', () => {
  const withoutHandle = (cookies: ReadonlyMap<string, string>) => {
    const browser = createBrowser(app.issuer)
    for (const [name, value] of cookies) {
      if (name.endsWith('session')) (browser.cookies as Map<string, string>).set(name, value)
    }
    expect(browser.cookies.size).toBe(1)
    return browser
  }

  test('is given it by the page of a form, which can be sent', async () => {
    const signedIn = await operatorAt(app, 'admin')
    const browser = withoutHandle(signedIn.browser.cookies)
    const visited = await browser.get('/dashboard/organizations')
    expect((await browser.submit(visited, { name: 'Initech', external_id: '' })).status).toBe(200)
  })

  test('is given it by the pages for whoever may not be here, and signs out', async () => {
    await openPortalOf(app)
    const { browser: signedIn } = await operatorAt(app, 'viewer')
    const { body } = await signedIn.get('/developers')
    expect(body).toContain('id="no-admin"')
    const portals = withoutHandle(signedIn.cookies)
    const left = await portals.submit(await portals.get('/developers'), {})
    expect(left.status).toBe(200)
    const { browser, user } = await operatorAt(app, 'viewer')
    await (await app.management()).delete(`${OPERATORS}/${user.id}`)
    const dashboards = withoutHandle(browser.cookies)
    expect((await dashboards.submit(await dashboards.get('/dashboard'), {})).status).toBe(200)
  })
})
