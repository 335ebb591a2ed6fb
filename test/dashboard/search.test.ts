import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const at = (q: string) => `/dashboard/search?${new URLSearchParams({ q })}`

describe('search from every page of the dashboard', () => {
  test('leads straight to what has the ID, whatever it is', async () => {
    const organization = await app.fixtures.organization('Globex')
    const user = await app.fixtures.user()
    const machine = await app.fixtures.m2m(organization, { name: 'Nightly' })
    await app.fixtures.permission('reports:read')
    const management = await app.management()
    await management.put(`/user_management/users/${user.id}`, { external_id: 'crm-17' })
    const [key] = await app.stores.signingKeys.all()
    const [event] = await app.stores.events.byName('user.created', 1)
    const { browser, visited } = await operatorAt(app, 'viewer')
    expect(visited.body).toContain('id="search-all"')
    for (const [q, path] of [
      [user.id, `/dashboard/users/${user.id}`],
      ['crm-17', `/dashboard/users/${user.id}`],
      [organization, `/dashboard/organizations/${organization}`],
      [machine.id, `/dashboard/applications/${machine.id}`],
      [machine.clientId, `/dashboard/applications/${machine.id}`],
      [machine.credentialId ?? '', `/dashboard/applications/${machine.id}/secrets/${machine.credentialId}`],
      ['reports:read', '/dashboard/permissions/reports:read'],
      [key?.kid ?? '', `/dashboard/signing-keys/${key?.kid}`],
      [event?.id ?? '', `/dashboard/events/${event?.id}`],
    ] as const) {
      const found = await browser.get(at(` ${q} `))
      if (q === 'crm-17') expect(found.body).toContain(path)
      else expect(found.url.pathname, q).toBe(path)
    }
  })

  test('leads to an ID in small letters, or in capitals, as well', async () => {
    const organization = await app.fixtures.organization('Initech')
    const { browser } = await operatorAt(app, 'viewer')
    for (const q of [organization.toLowerCase(), organization.toUpperCase()]) {
      expect((await browser.get(at(q))).url.pathname, q).toBe(`/dashboard/organizations/${organization}`)
    }
  })

  test.each(['\0', 'a\0b', '\u0001\u001b', '\ud800'])(
    'finds nothing by what nothing is called: %j',
    async (q) => {
      const { browser } = await operatorAt(app, 'viewer')
      const found = await browser.get(at(q))
      expect(found).toMatchObject({ status: 200, body: expect.stringContaining('Nothing is called') })
      expect(found.body).not.toContain('\0')
    },
  )

  test('finds people, organizations and applications by how their name, address or domain begins', async () => {
    const organization = await app.fixtures.organization('Ünïcode <Corp>')
    await (await app.management()).post('/organization_domains', {
      organization_id: organization,
      domain: 'unicode.example',
    })
    await app.fixtures.user({ email: 'Zoe@Initech.example', firstName: 'Zoë', lastName: 'Zimmer' })
    await app.fixtures.firstParty({ name: 'Zoo 100%_' })
    const { browser } = await operatorAt(app, 'viewer')
    const found = async (q: string) => (await browser.get(at(q))).body
    expect(await found('zo')).toMatch(
      /Zoe@Initech\.example[\s\S]*Zoo 100%_|Zoo 100%_[\s\S]*Zoe@Initech\.example/,
    )
    expect(await found('ZOE@INI')).toContain('Zoe@Initech.example')
    expect(await found('zoë z')).toContain('Zoe@Initech.example')
    expect(await found('Zimm')).toContain('Zoe@Initech.example')
    expect(await found('Zoo 100%')).toContain('Zoo 100%_')
    expect(await found('ünïcode <')).toContain('Ünïcode &lt;Corp>')
    // Folded as the database folds, which is not as JavaScript does: İ, and Σ at the end.
    for (const name of ['İstanbul Ltd', 'ΟΔΟΣ']) {
      await app.fixtures.organization(name)
      for (const q of [name, name.slice(0, 4)]) expect(await found(q), q).toContain(name)
    }
    expect(await found('unicode.example')).toContain('Ünïcode &lt;Corp>')
    expect(await found('%')).toContain('Nothing is called')
    expect(await found('_')).toContain('Nothing is called')
    for (const q of ['<script>', "' or 1=1 --", '\u202E', '💥'.repeat(300)]) {
      const visited = await browser.get(at(q))
      expect(visited.status, q).toBe(200)
      expect(visited.body).not.toContain('<script>"')
      expect(visited.body).toContain('Nothing is called')
    }
    expect((await browser.get('/dashboard/search')).status).toBe(200)
    expect((await browser.get('/dashboard/search?q=a&q=b')).status).toBe(200)
  })

  test('finds nothing that the key may not read', async () => {
    const user = await app.fixtures.user()
    const limited = await app.management(['applications:read'])
    const all = await app.management(['applications:read', 'users:read'])
    const asked = `/latchkey/v1/search?q=${user.id}`
    expect((await limited.get(asked)).body).toMatchObject({ data: [] })
    expect((await all.get(asked)).body).toMatchObject({ data: [{ type: 'user', id: user.id }] })
  })
})

test('events are filtered by who did it and to what', async () => {
  const { browser, user } = await operatorAt(app, 'admin')
  const made = await (await app.management()).post('/organizations', { name: 'Filtered' })
  const { id } = made.body as { id: string }
  const byTarget = await browser.get(`/dashboard/events?target_id=${id}`)
  expect(byTarget.body).toContain('organization.created</a>')
  expect(byTarget.body).not.toContain('session.created</a>')
  const byActor = await browser.get(`/dashboard/events?actor_id=${user.id}`)
  expect(byActor.body).toContain('session.created</a>')
  expect(byActor.body).not.toContain('organization.created</a>')
  expect((await browser.get('/dashboard/events?actor_id=%00')).status).toBe(422)
})
