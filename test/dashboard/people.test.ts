import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, hrefOf, noticeOn, post, signedInAt, textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Visited } from '../support/browser.ts'
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

/** Of the one member that the page shows. */
const versionOn = ({ body }: Visited): string =>
  /name="membership_id"[^>]*><input[^>]*name="updated_at" value="([^"]*)"/.exec(body)?.[1] ?? ''

const MARKUP = '<img src=x onerror=alert(1)>'

describe('organizations at the dashboard', () => {
  test('are created, found by a part of their name, and shown as text', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', '/dashboard/organizations')
    const created = await browser.submit(visited, { name: `Initech ${MARKUP}`, external_id: 'initech-1' })
    expect(noticeOn(created)).toBe('Created.')
    const found = await browser.get('/dashboard/organizations?search=initech')
    expect(found.body).toContain('initech-1')
    expect(found.body).not.toContain('<img src=x')
    const refused = await browser.submit(visited, { name: '', external_id: 'initech-1' })
    expect(refused.status).toBe(422)
    expect(refused.body).toMatch(/id="(name-error|form-error)"/)
  })

  test('get members by their address, give them roles and take them out', async () => {
    const id = await app.fixtures.organization('Globex')
    const user = await app.fixtures.user()
    await (await app.management()).post('/authorization/roles', { slug: 'admin', name: 'Admin' })
    const path = `/dashboard/organizations/${id}`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    const nobody = await browser.submit(visited, { email: 'nobody@example.com', role_slug: 'member' })
    expect(nobody).toMatchObject({ status: 422, body: expect.stringContaining('id="email-error"') })
    const added = await browser.submit(nobody, { email: user.email, role_slug: 'admin' })
    expect(added.body).toContain(user.email)
    const [membership] = (await app.stores.memberships.page({ limit: 9, order: 'desc' }, { userId: user.id }))
      .rows
    expect(membership?.roleSlug).toBe('admin')
    const member = await browser.get(hrefOf(added, `remove-${membership?.id}`) ?? '')
    expect(member.body).toContain('API keys')
    const refused = await browser.submit(member, { confirmation: 'somebody' })
    expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="confirmation-error"') })
    const removed = await browser.submit(refused, { confirmation: user.email })
    expect(removed.url.pathname).toBe(path)
    expect(noticeOn(removed)).toBe('Deleted.')
    expect(removed.body).not.toContain(user.email)
  })

  test('are not decided about on the page of another: neither members nor domains', async () => {
    const [one, other] = [await app.fixtures.organization('Wayne'), await app.fixtures.organization('Stark')]
    const user = await app.fixtures.user()
    const management = await app.management()
    await management.post('/authorization/roles', { slug: 'keeper', name: 'Keeper' })
    const { body: membership } = await management.post('/user_management/organization_memberships', {
      ...{ user_id: user.id, organization_id: other },
    })
    const { id, updated_at } = membership as { id: string; updated_at: string }
    const { body: domain } = await management.post('/organization_domains', {
      ...{ organization_id: other, domain: 'stark.example' },
    })
    const path = `/dashboard/organizations/${one}`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    const csrf_token = csrfTokenOn(visited)
    expect((await browser.get(`${path}/members/${id}`)).status).toBe(404)
    const sent = async (below: string, form: Readonly<Record<string, string>>) =>
      (await post(app, browser, `${path}/${below}`, { csrf_token, ...form })).status
    expect(await sent(`members/${id}`, { confirmation: user.email })).toBe(404)
    expect(await sent('member-role', { membership_id: id, role_slug: 'keeper', updated_at })).toBe(404)
    const domain_id = (domain as { id: string }).id
    expect(await sent('domains/decide', { domain_id, decision: 'remove' })).toBe(404)
    expect(await sent('domains/decide', { domain_id, decision: 'verify' })).toBe(404)
    const [kept] = (await app.stores.memberships.page({ limit: 9, order: 'desc' }, { userId: user.id })).rows
    expect(kept?.roleSlug).toBe('member')
    expect((await management.get(`/organizations/${other}`)).body).toMatchObject({
      domains: [{ domain: 'stark.example' }],
    })
  })

  test('give a member another role, and tell whoever would overwrite that of somebody else', async () => {
    const id = await app.fixtures.organization('Soylent')
    const user = await app.fixtures.user()
    const management = await app.management()
    await management.post('/authorization/roles', { slug: 'auditor', name: 'Auditor' })
    const path = `/dashboard/organizations/${id}`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    const added = await browser.submit(visited, { email: user.email, role_slug: 'member' })
    const again = await browser.submit(visited, { email: user.email, role_slug: 'auditor' })
    expect(again).toMatchObject({ status: 400, body: expect.stringContaining('is a member') })
    const roleOf = async () =>
      (await app.stores.memberships.page({ limit: 9, order: 'desc' }, { userId: user.id })).rows[0]?.roleSlug
    expect(await roleOf()).toBe('member')
    app.clock.advance(1)
    const changed = await browser.submit(added, { role_slug: 'auditor', updated_at: versionOn(added) })
    expect(noticeOn(changed)).toBe('Saved.')
    expect(await roleOf()).toBe('auditor')
    const told = await browser.submit(added, { role_slug: 'member', updated_at: versionOn(added) })
    expect(told.status).toBe(409)
    expect(textIn(told, 'form-error')).toContain('Somebody else has saved this')
    expect(await roleOf()).toBe('auditor')
    await browser.submit(told, { role_slug: 'member', updated_at: versionOn(told) })
    expect(await roleOf()).toBe('member')
  })

  test('claim domains with the record that proves them', async () => {
    const id = await app.fixtures.organization('Umbrella')
    const { browser, visited } = await operatorAt(app, 'admin', `/dashboard/organizations/${id}`)
    const refused = await browser.submit(visited, { domain: 'not a domain' })
    expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="domain-error"') })
    const added = await browser.submit(refused, { domain: 'umbrella.example' })
    expect(added.body).toContain('latchkey-domain-verification=')
  })

  test('are deleted once their name was typed', async () => {
    const id = await app.fixtures.organization('Hooli')
    const { browser, visited } = await operatorAt(app, 'admin', `/dashboard/organizations/${id}`)
    expect((await browser.submit(visited, { confirmation: 'hooli' })).status).toBe(422)
    expect(noticeOn(await browser.submit(visited, { confirmation: 'Hooli' }))).toBe('Deleted.')
    expect(await browser.get(`/dashboard/organizations/${id}`)).toMatchObject({ status: 404 })
  })
})

describe('users at the dashboard', () => {
  test('are created; a password that is refused is on no page', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', '/dashboard/users')
    const fields = { email: 'new@example.com', first_name: MARKUP, last_name: '', external_id: '' }
    const refused = await browser.submit(visited, { ...fields, password: 'secret1' })
    expect(refused.status).toBe(400)
    expect(refused.body).not.toContain('secret1')
    expect(refused.body).toContain('value="new@example.com"')
    const created = await browser.submit(refused, { ...fields, password: 'a better one of these' })
    expect(noticeOn(created)).toBe('Created.')
    expect(created.body).not.toContain('<img src=x')
    const user = { email: 'new@example.com', password: 'a better one of these', id: '' as never }
    expect((await signedInAt(app, user)).visited.status).toBe(200)
  })

  test('are found by their address, changed, and told of with the operator as the actor', async () => {
    const user = await app.fixtures.user()
    const { browser, user: operator } = await operatorAt(app, 'admin')
    const found = await browser.get(`/dashboard/users?email=${user.email.toUpperCase()}`)
    expect(found.body.match(/<tr id="user_/g)).toHaveLength(1)
    const page = await browser.get(`/dashboard/users/${user.id}`)
    const saved = await browser.submit(page, { email: user.email, first_name: 'Grace', external_id: 'g-1' })
    expect(noticeOn(saved)).toBe('Saved.')
    expect(await app.stores.users.byId(user.id)).toMatchObject({ firstName: 'Grace', externalId: 'g-1' })
    const [event] = await eventsOf(app, user.id, ['user.updated'])
    expect(event?.actor).toEqual({ type: 'operator', id: operator.id })
  })

  test('are vouched for by address: a corrected one is not known to be theirs until that is ticked anew', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await operatorAt(app, 'admin', `/dashboard/users/${user.id}`)
    const isVerified = async () => (await app.stores.users.byId(user.id))?.emailVerified
    expect(visited.body).toMatch(/<input[^>]*name="email_verified"[^>]*checked/)
    const profile = { first_name: '', last_name: '', external_id: '' }
    const corrected = { ...profile, email: `corrected-${user.email}` }
    app.clock.advance(1)
    const saved = await browser.submit(visited, corrected)
    expect(await app.stores.users.byId(user.id)).toMatchObject({
      email: corrected.email,
      emailVerified: false,
    })
    expect(saved.body).not.toMatch(/<input[^>]*name="email_verified"[^>]*checked/)
    app.clock.advance(1)
    await browser.submit(saved, { ...corrected, email_verified: 'on' })
    expect(await isVerified()).toBe(true)
    app.clock.advance(1)
    const named = { ...corrected, email: corrected.email.toUpperCase(), first_name: 'Grace' }
    await browser.submit(await browser.get(`/dashboard/users/${user.id}`), named)
    expect(await isVerified()).toBe(true)
    app.clock.advance(1)
    const doubted = { ...corrected, email_verified: undefined }
    await browser.submit(await browser.get(`/dashboard/users/${user.id}`), doubted)
    expect(await isVerified()).toBe(false)
  })

  test('lose a session at once, and all of them with a new password', async () => {
    const user = await app.fixtures.user()
    const theirs = await signedInAt(app, user)
    const { browser } = await operatorAt(app, 'admin')
    const page = await browser.get(`/dashboard/users/${user.id}`)
    const [, id = ''] = /name="thing" value="(session_\w+)"/.exec(page.body) ?? []
    await browser.submit(page, { kind: 'session', thing: id })
    expect((await theirs.browser.get('/account')).url.pathname).toBe('/sign-in')
    const again = await signedInAt(app, user)
    await browser.submit(await browser.get(`/dashboard/users/${user.id}`), {
      password: 'another one of these',
    })
    expect((await again.browser.get('/account')).url.pathname).toBe('/sign-in')
  })

  test('are deleted once their address was typed', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await operatorAt(app, 'admin', `/dashboard/users/${user.id}`)
    expect(textIn(visited, 'delete-title')).toBe('Delete')
    expect(noticeOn(await browser.submit(visited, { confirmation: user.email }))).toBe('Deleted.')
    expect(await app.stores.users.byId(user.id)).toBeUndefined()
  })

  test('lose a passkey or an authenticator app once its name was typed', async () => {
    const user = await app.fixtures.user()
    const { factorId } = await giveTotp(app, user)
    const { passkey } = await givePasskey(app, user)
    const path = `/dashboard/users/${user.id}`
    const { browser } = await operatorAt(app, 'admin')
    for (const [below, name] of [
      [`passkeys/${passkey.id}`, passkey.name],
      [`factors/${factorId}`, user.email],
    ] as const) {
      const page = await browser.get(path)
      expect(page.body).toContain(`href="${path}/${below}"`)
      const refused = await browser.submit(await browser.get(`${path}/${below}`), { confirmation: 'Tablet' })
      expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="confirmation-error"') })
      const removed = await browser.submit(refused, { confirmation: name })
      expect(noticeOn(removed)).toBe('Deleted.')
      expect(removed.url.pathname).toBe(path)
    }
    expect(await app.stores.passkeys.secondFactorsOf(user.id)).toEqual({
      ...{ hasTotp: false, passkeys: 0, recoveryCodes: 0 },
    })
  })

  test('and what is somebody else’s cannot be mixed up: it is not found, and stays', async () => {
    const [user, other] = [await app.fixtures.user(), await app.fixtures.user()]
    const { factorId } = await giveTotp(app, other)
    const { passkey } = await givePasskey(app, other)
    const path = `/dashboard/users/${user.id}`
    const { browser, visited } = await operatorAt(app, 'owner', path)
    const csrf_token = csrfTokenOn(visited)
    for (const [below, confirmation] of [
      [`passkeys/${passkey.id}`, passkey.name],
      [`factors/${factorId}`, other.email],
    ] as const) {
      expect((await browser.get(`${path}/${below}`)).status).toBe(404)
      expect((await post(app, browser, `${path}/${below}`, { csrf_token, confirmation })).status).toBe(404)
    }
    expect(await app.stores.passkeys.secondFactorsOf(other.id)).toMatchObject({ hasTotp: true, passkeys: 1 })
  })

  test('and a session of somebody else is not ended on their page', async () => {
    const [user, other] = [await app.fixtures.user(), await app.fixtures.user()]
    const theirs = await signedInAt(app, other)
    const [session] = (
      await app.stores.sessions.pageOfLive(other.id, app.clock.now(), { limit: 1, order: 'desc' })
    ).rows
    const path = `/dashboard/users/${user.id}/end`
    const { browser, visited } = await operatorAt(app, 'owner', `/dashboard/users/${user.id}`)
    const form = { csrf_token: csrfTokenOn(visited), kind: 'session', thing: String(session?.id) }
    expect((await post(app, browser, path, form)).status).toBe(404)
    expect((await theirs.browser.get('/account')).url.pathname).toBe('/account')
  })
})
