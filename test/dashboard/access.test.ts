import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, noticeOn, post, signedInAt, textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import { signIn } from '../support/follow-authorization.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

describe('the dashboard', () => {
  test('is signed in for by whoever comes, who then is where they were going', async () => {
    const user = await app.fixtures.operator('viewer')
    const browser = createBrowser(app.issuer)
    const asked = await browser.get(`/dashboard/operators/${user.id}`)
    expect(asked.url.pathname).toBe('/sign-in')
    const arrived = await signIn(browser, asked, user)
    expect(arrived).toMatchObject({ status: 200, url: { pathname: `/dashboard/operators/${user.id}` } })
  })

  test.each(['/dashboard/%2f%2fevil.example', '/dashboard/../../evil', `/dashboard/${'x'.repeat(200)}`])(
    'of an address that none of its pages has (%s) sign-in leads to the first',
    async (path) => {
      const user = await app.fixtures.operator('viewer')
      const browser = createBrowser(app.issuer)
      const asked = await browser.get(path)
      if (asked.url.pathname !== '/sign-in') return expect(asked.status).toBe(404)
      expect((await signIn(browser, asked, user)).url.href).toBe(`${app.issuer}/dashboard`)
    },
  )

  test('tells nobody but operators that there is a page', async () => {
    const user = await app.fixtures.user()
    const { browser } = await signedInAt(app, user)
    for (const path of ['/dashboard', '/dashboard/operators', '/dashboard/none']) {
      const visited = await browser.get(path)
      expect(visited).toMatchObject({ status: 403, body: expect.stringContaining('id="no-operator"') })
      expect(visited.body).not.toContain('workspace')
    }
  })

  test('is closed from the next request on to whoever is an operator no more', async () => {
    await app.fixtures.operator('owner')
    const { browser, user } = await operatorAt(app, 'admin')
    const management = await app.management()
    await management.delete(`/latchkey/v1/operators/${user.id}`)
    expect(await browser.get('/dashboard')).toMatchObject({ status: 403 })
  })

  test('says whose role does not cover what was asked, by name', async () => {
    const { browser, visited } = await operatorAt(app, 'viewer')
    const form = { csrf_token: csrfTokenOn(visited) }
    const refused = await post(app, browser, '/dashboard/settings/branding/try', form)
    expect(refused.status).toBe(403)
    expect(textIn(refused, 'refused')).toContain('Your role, viewer, does not cover it.')
  })

  test('shows a viewer no form of a new application, and says why', async () => {
    const { visited } = await operatorAt(app, 'viewer', '/dashboard/applications/new')
    expect(textIn(visited, 'may-not')).toContain('Your role, viewer, does not cover')
    expect(visited.body).not.toContain('id="create-application"')
    const admins = await operatorAt(app, 'admin', '/dashboard/applications/new')
    expect(admins.visited.body).toContain('id="create-application"')
  })

  test('says what is not there', async () => {
    const { browser } = await operatorAt(app, 'owner')
    for (const path of ['/dashboard/none', '/dashboard/operators/user_none']) {
      expect(await browser.get(path)).toMatchObject({
        status: 404,
        body: expect.stringContaining('id="refused"'),
      })
    }
  })

  test('takes no form of another browser, and none without its token', async () => {
    const { browser, visited } = await operatorAt(app, 'owner', '/dashboard/operators')
    const other = await operatorAt(app, 'owner', '/dashboard/operators')
    const user = await app.fixtures.user()
    const form = { email: user.email, role: 'viewer' }
    for (const token of ['', csrfTokenOn(other.visited)]) {
      const answer = await post(app, browser, '/dashboard/operators', { ...form, csrf_token: token })
      expect(answer).toMatchObject({ status: 403 })
    }
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const sent = { ...form, csrf_token: csrfTokenOn(visited) }
    expect(await post(app, browser, '/dashboard/operators', sent, foreign)).toMatchObject({ status: 403 })
    expect(await app.stores.operators.roleOf(user.id)).toBeUndefined()
  })
})

describe('operators at the dashboard', () => {
  test('are added, given another role and removed by an owner, who is the actor of the event', async () => {
    const { browser, visited, user: owner } = await operatorAt(app, 'owner', '/dashboard/operators')
    const user = await app.fixtures.user()
    const added = await browser.submit(visited, { email: user.email.toUpperCase(), role: 'viewer' })
    expect(noticeOn(added)).toContain('Saved.')
    expect(await app.stores.operators.roleOf(user.id)).toBe('viewer')
    const one = await browser.get(`/dashboard/operators/${user.id}`)
    await browser.submit(one, { role: 'admin', decision: 'save' })
    expect(await app.stores.operators.roleOf(user.id)).toBe('admin')
    await browser.submit(await browser.get(`/dashboard/operators/${user.id}`), { decision: 'remove' })
    expect(await app.stores.operators.roleOf(user.id)).toBeUndefined()
    const events = await eventsOf(app, user.id, ['operator.added', 'operator.updated', 'operator.removed'])
    expect(events.map(({ actor }) => actor)).toEqual(Array(3).fill({ type: 'operator', id: owner.id }))
    const management = await app.management()
    const { body } = await management.get(`/events?events=operator.added&limit=100`)
    expect(JSON.stringify(body)).toContain(`"source":"dashboard"`)
  })

  test('that are nobody are refused beside the field, and what was typed stays', async () => {
    const { browser, visited } = await operatorAt(app, 'owner', '/dashboard/operators')
    const refused = await browser.submit(visited, { email: '<b>nobody@example.com', role: 'viewer' })
    expect(refused.status).toBe(422)
    expect(refused.body).toContain('id="email-error"')
    expect(refused.body).toContain('value="&lt;b>nobody@example.com"')
  })

  test('are not made of whoever signed up with an address that they never proved to be theirs', async () => {
    const { browser, visited } = await operatorAt(app, 'owner', '/dashboard/operators')
    const { id, email } = await app.fixtures.user()
    await (await app.management()).put(`/user_management/users/${id}`, { email_verified: false })
    const refused = await browser.submit(visited, { email, role: 'admin' })
    expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="email-error"') })
    expect(await app.stores.operators.roleOf(id)).toBeUndefined()
  })

  test.each([{ role: 'owner', decision: 'save' }, { decision: 'remove' }])(
    'whom two owners change at once are not changed by the second ($decision), who is told',
    async (second) => {
      const [mine, theirs] = [await operatorAt(app, 'owner'), await operatorAt(app, 'owner')]
      const { id } = await app.fixtures.operator('viewer')
      const path = `/dashboard/operators/${id}`
      const [opened, also] = [await mine.browser.get(path), await theirs.browser.get(path)]
      app.clock.advance(1)
      await mine.browser.submit(opened, { role: 'admin', decision: 'save' })
      const told = await theirs.browser.submit(also, second)
      expect(told.status).toBe(409)
      expect(textIn(told, 'form-error')).toContain('Somebody else has saved this')
      expect(textIn(told, 'role-saved')).toContain(second.role ? 'Admin' : '')
      expect(await app.stores.operators.roleOf(id)).toBe('admin')
      expect(noticeOn(await theirs.browser.submit(told, second))).toMatch(/Saved|Deleted/)
    },
  )

  test('who were removed meanwhile do not come back by being given a role', async () => {
    const { browser } = await operatorAt(app, 'owner')
    const { id } = await app.fixtures.operator('viewer')
    const opened = await browser.get(`/dashboard/operators/${id}`)
    await (await app.management()).delete(`/latchkey/v1/operators/${id}`)
    expect(await browser.submit(opened, { role: 'admin', decision: 'save' })).toMatchObject({ status: 404 })
    expect(await app.stores.operators.roleOf(id)).toBeUndefined()
  })

  test('who are one already are not added with another role, but linked', async () => {
    const { browser, visited, user } = await operatorAt(app, 'owner', '/dashboard/operators')
    const refused = await browser.submit(visited, { email: user.email, role: 'viewer' })
    expect(refused.status).toBe(409)
    expect(textIn(refused, 'already')).toContain('has the role Owner')
    expect(refused.body).toContain(`href="/dashboard/operators/${user.id}"`)
    expect(await app.stores.operators.roleOf(user.id)).toBe('owner')
  })

  test.each(['viewer', 'admin'] as const)(
    'are not for the %s to say, whose forms are refused and told of',
    async (role) => {
      const { browser, visited, user } = await operatorAt(app, role, '/dashboard/operators')
      expect(visited.body).not.toContain('id="add-operator"')
      const csrf_token = csrfTokenOn(visited)
      const path = `/dashboard/operators/${user.id}`
      const answer = await post(app, browser, path, { csrf_token, role: 'owner', decision: 'save' })
      expect(answer.status).toBe(403)
      expect(await app.stores.operators.roleOf(user.id)).toBe(role)
      const refused = await eventsOf(app, user.id, ['change.refused'])
      expect(refused).toMatchObject([
        { actor: { type: 'operator', id: user.id }, data: { operation: 'setOperator' } },
      ])
    },
  )
})

test('the address of a form, opened once more, leads to the page that it stands on', async () => {
  const organization = await app.fixtures.organization()
  const { id, credentialId } = await app.fixtures.m2m(organization)
  const { browser } = await operatorAt(app, 'viewer')
  const application = `/dashboard/applications/${id}`
  for (const [address, page] of [
    [`${application}/secrets`, application],
    [`${application}/settings/lifetimes`, `${application}/settings`],
    [`${application}/delete`, application],
    [`${application}/secrets/${credentialId}`, `${application}/secrets/${credentialId}`],
    [`/dashboard/organizations/${organization}/members`, `/dashboard/organizations/${organization}`],
    [`/dashboard/organizations/${organization}/keys/delete`, `/dashboard/organizations/${organization}/keys`],
    ['/dashboard/settings/branding/logo', '/dashboard/settings/branding'],
  ] as const) {
    expect(await browser.get(address), address).toMatchObject({ status: 200, url: { pathname: page } })
  }
  expect((await browser.get(`${application}/secretes`)).status).toBe(404)
  expect((await browser.get('/dashboard//evil.example/delete')).status).toBe(404)
  const nobody = await signedInAt(app, await app.fixtures.user())
  expect((await nobody.browser.get(`${application}/secrets`)).status).toBe(403)
})
