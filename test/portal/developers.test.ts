import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApplicationId, OrganizationId } from '../../src/protocol/identifiers.ts'
import { csrfTokenOn, fieldValue, noticeOn, post, signedInAt, textIn } from '../account/account-room.ts'
import type { TestApp } from '../support/app.ts'
import { waitForBlocked } from '../support/blocked.ts'
import { createBrowser, type Visited } from '../support/browser.ts'
import { testStore } from '../support/database-server.ts'
import { eventsOf } from '../support/events-of.ts'
import { signIn } from '../support/follow-authorization.ts'
import { adminAt, limitPortal, memberOf, startPortalApp } from './portal-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startPortalApp()
  await app.fixtures.permission('invoices:read', 'Read your invoices', 'All of <them>.')
  await app.fixtures.permission('invoices:write', 'Write invoices')
})
afterAll(() => app[Symbol.asyncDispose]())

const MARKUP = '<img src=x onerror=alert(1)>'

const idOn = ({ url }: Pick<Visited, 'url'>): ApplicationId => url.pathname.split('/').at(-1) as ApplicationId

const applicationsOf = (organization: OrganizationId) => app.stores.clients.ofOrganization(organization)

/** A form filled in with several values of a name, as ticked boxes are sent. */
const sendTicked = async (
  browser: Parameters<typeof post>[1],
  path: string,
  form: readonly (readonly [string, string])[],
) => {
  const response = await fetch(app.issuer + path, {
    method: 'POST',
    body: new URLSearchParams(form.map(([name, value]) => [name, value])),
    headers: {
      cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
      origin: app.issuer,
    },
    redirect: 'manual',
  })
  return { status: response.status, body: await response.text() }
}

describe('the developer portal', () => {
  test('is not there unless the operator switches it on', async () => {
    const management = await app.management()
    const { browser } = await adminAt(app, await app.fixtures.organization())
    await management.patch('/latchkey/v1/settings', { developer_portal: null })
    const nowhere = await browser.get('/nowhere')
    for (const path of ['/developers', '/developers/org_01ARZ3NDEKTSV4RRFFQ69G5FAV', '/developers/none']) {
      expect(await browser.get(path), path).toMatchObject({ status: 404, url: { pathname: path } })
      expect((await createBrowser(app.issuer).get(path)).status, path).toBe(404)
    }
    expect((await browser.get('/developers')).body.length).toBe(nowhere.body.length)
    expect((await browser.get('/')).body).not.toContain('id="developers"')
    await management.patch('/latchkey/v1/settings', { developer_portal: true })
    expect((await browser.get('/developers')).status).toBe(200)
    expect((await browser.get('/')).body).toContain('id="developers"')
  })

  test('is signed in for by whoever comes, who then is where they were going', async () => {
    const organization = await app.fixtures.organization()
    const { id, credentialId } = await app.fixtures.m2m(organization)
    const path = `/developers/${organization}/applications/${id}/secrets/${credentialId}`
    const user = await memberOf(app, [organization])
    const browser = createBrowser(app.issuer)
    const arrived = await signIn(browser, await browser.get(path), user)
    expect(arrived).toMatchObject({ status: 200, url: { pathname: path } })
  })

  test('leads an admin to their organization, of several lets them choose, and tells whoever is none', async () => {
    const [one, other] = [await app.fixtures.organization('One & only'), await app.fixtures.organization()]
    const ofOne = await signedInAt(app, await memberOf(app, [one]), `/developers/${one}`)
    expect((await ofOne.browser.get('/developers')).url.pathname).toBe(`/developers/${one}`)
    const ofBoth = await signedInAt(app, await memberOf(app, [one, other]), '/developers')
    expect(ofBoth.visited.body).toContain(`href="/developers/${other}"`)
    expect(ofBoth.visited.body).toContain('One &amp; only')
    const member = await memberOf(app, [one], 'member')
    const { browser } = await signedInAt(app, member)
    expect(await browser.get('/developers')).toMatchObject({
      status: 403,
      body: expect.stringContaining('id="no-admin"'),
    })
  })

  test('is closed from the next request on to whoever is no active admin any more', async () => {
    const organization = await app.fixtures.organization()
    const { browser, user } = await adminAt(app, organization)
    const { rows } = await app.stores.memberships.page({ limit: 1, order: 'desc' }, { userId: user.id })
    const management = await app.management()
    await management.put(`/user_management/organization_memberships/${rows[0]?.id}/deactivate`)
    expect(await browser.get(`/developers/${organization}`)).toMatchObject({ status: 404 })
    await management.put(`/user_management/organization_memberships/${rows[0]?.id}/reactivate`)
    expect(await browser.get(`/developers/${organization}`)).toMatchObject({ status: 200 })
  })

  test('shows the page of a form to whoever opens the address of the form', async () => {
    const organization = await app.fixtures.organization()
    const { id } = await app.fixtures.m2m(organization)
    const { browser } = await adminAt(app, organization)
    for (const [below, page] of [
      ['/applications', '/applications/new'],
      [`/applications/${id}/secrets`, `/applications/${id}`],
    ]) {
      expect(await browser.get(`/developers/${organization}${below}`)).toMatchObject({
        ...{ status: 200, url: { pathname: `/developers/${organization}${page}` } },
      })
    }
  })

  test('takes no form of another browser, and none without its token', async () => {
    const organization = await app.fixtures.organization()
    const { browser } = await adminAt(app, organization)
    const other = await adminAt(app, organization, '/applications/new')
    const form = { name: 'Forged', kind: 'web' }
    for (const csrf_token of ['', csrfTokenOn(other.visited)]) {
      const answer = await post(app, browser, `/developers/${organization}/applications`, {
        ...form,
        csrf_token,
      })
      expect(answer.status).toBe(403)
    }
    expect(await applicationsOf(organization)).toEqual([])
  })
})

describe('applications at the developer portal', () => {
  test('are made for the organization by its admin, who is the actor, and are shown as text', async () => {
    const organization = await app.fixtures.organization(`Globex ${MARKUP}`)
    const { browser, visited, user } = await adminAt(app, organization)
    expect(visited.body).toContain('None yet.')
    const page = await browser.get(`/developers/${organization}/applications/new`)
    const form = { name: `Forum ${MARKUP}`, kind: 'web', description: MARKUP, redirect_uris: '' }
    const refused = await browser.submit(page, { ...form, redirect_uris: 'http://example.com' })
    expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="redirect_uris-error"') })
    const made = await browser.submit(refused, { ...form, redirect_uris: 'https://forum.example.com/cb' })
    expect(made.status).toBe(200)
    const [application] = await applicationsOf(organization)
    expect(application).toMatchObject({
      ...{ id: idOn(made), type: 'oauth', isFirstParty: false, isPublic: false, scopes: [] },
      redirectUris: [{ uri: 'https://forum.example.com/cb', isDefault: true }],
    })
    const [event] = await eventsOf(app, idOn(made), ['application.created'])
    expect(event).toMatchObject({ actor: { type: 'user', id: user.id }, organizationId: organization })
    for (const { body } of [page, refused, made, await browser.get(`/developers/${organization}`)]) {
      expect(body).not.toContain('<img')
    }
  })

  test('are of a kind that there is: one that was made up, or not chosen, makes none', async () => {
    const organization = await app.fixtures.organization()
    const { browser, visited } = await adminAt(app, organization, '/applications/new')
    for (const kind of ['first', '']) {
      const form = { name: 'Forum', kind, redirect_uris: 'https://forum.example.com/cb' }
      const refused = await browser.submit(visited, form)
      expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="kind-error"') })
    }
    expect(await applicationsOf(organization)).toEqual([])
  })

  test('get a secret that is shown once, and serves; it is deleted once its hint was typed', async () => {
    const organization = await app.fixtures.organization()
    const { browser, visited } = await adminAt(app, organization, '/applications/new')
    const made = await browser.submit(visited, {
      name: 'Export',
      kind: 'm2m',
      redirect_uris: 'https://x.example',
    })
    const shown = await browser.submit(made, { secret_name: `Nightly ${MARKUP}` })
    const secret = textIn(shown, 'secret')
    expect(secret).toMatch(/^lks_/)
    expect((await browser.get(made.url.pathname)).body).not.toContain(secret)
    const token = async () => {
      const body = new URLSearchParams({
        ...{ grant_type: 'client_credentials', client_id: textIn(made, 'client-id'), client_secret: secret },
      })
      return (await fetch(`${app.issuer}/oauth2/token`, { method: 'POST', body })).status
    }
    expect(await token()).toBe(200)
    const code = await browser.get(`${made.url.pathname}/integrate?with=curl`)
    expect(code.body).toContain(textIn(made, 'client-id'))
    expect(code.body).not.toContain(secret)
    const [, path = ''] = /href="([^"]+\/secrets\/secret_\w+)"/.exec(shown.body) ?? []
    const one = await browser.get(path)
    expect(one.body).toContain('Nightly &lt;img')
    expect((await browser.submit(one, { confirmation: 'no' })).status).toBe(422)
    expect(noticeOn(await browser.submit(one, { confirmation: secret.slice(-6) }))).toBe('Deleted.')
    await app.changesHeard()
    expect(await token()).toBe(401)
    let page = await browser.get(made.url.pathname)
    for (let others = 0; others < 5; others++) page = await browser.submit(page, { secret_name: '' })
    const sixth = await browser.submit(page, { secret_name: '' })
    expect(textIn(sixth, 'secret_name-error')).toContain('five secrets at most')
    const controlled = await browser.submit(sixth, { secret_name: 'a\u0007b' })
    expect(controlled).toMatchObject({ status: 422, body: expect.stringContaining('id="secret_name-error"') })
  })

  test('show what they were refused, to the admins of the organization that owns them', async () => {
    const organization = await app.fixtures.organization()
    const { id, clientId } = await app.fixtures.thirdParty(organization)
    const query = new URLSearchParams({ client_id: clientId, redirect_uri: 'https://evil.example' })
    await fetch(`${app.issuer}/oauth2/authorize?${query}`)
    const { visited } = await adminAt(app, organization, `/applications/${id}/refusals`)
    expect(visited.body).toContain('https://evil.example')
  })

  test('are deleted once their name was typed', async () => {
    const organization = await app.fixtures.organization()
    const { id } = await app.fixtures.thirdParty(organization, { name: 'Hooli' })
    const { browser, visited, user } = await adminAt(app, organization, `/applications/${id}`)
    expect((await browser.submit(visited, { confirmation: 'hooli' })).status).toBe(422)
    expect(noticeOn(await browser.submit(visited, { confirmation: 'Hooli' }))).toBe('Deleted.')
    const [event] = await eventsOf(app, id, ['application.deleted'])
    expect(event?.actor).toEqual({ type: 'user', id: user.id })
  })

  test('that somebody else saves meanwhile are not overwritten: both versions are shown', async () => {
    const organization = await app.fixtures.organization()
    const { id } = await app.fixtures.thirdParty(organization, { name: 'Before' })
    const { browser, visited } = await adminAt(app, organization, `/applications/${id}`)
    app.clock.advance(5)
    const form = { description: '', redirect_uris: 'https://app.example.com/callback' }
    const saved = await browser.submit(visited, { ...form, name: 'Theirs' })
    expect(noticeOn(saved)).toBe('Saved.')
    const second = await browser.submit(visited, { ...form, name: 'Ours' })
    expect(second).toMatchObject({ status: 409, body: expect.stringContaining('Saved meanwhile:') })
    expect(fieldValue(second, 'name')).toBe('Ours')
    expect((await app.stores.clients.byId(id))?.name).toBe('Theirs')
  })

  test('keep the default redirect URI that they have where a form is sent as it stands', async () => {
    const organization = await app.fixtures.organization()
    const { id } = await app.fixtures.thirdParty(organization, { name: 'Two' })
    const redirect_uris = [{ uri: 'https://a.example/cb' }, { uri: 'https://b.example/cb', default: true }]
    await (await app.management()).put(`/connect/applications/${id}`, { redirect_uris })
    const { browser, visited } = await adminAt(app, organization, `/applications/${id}`)
    const [, shown = ''] = /name="redirect_uris"[^>]*>([^<]*)</.exec(visited.body) ?? []
    await browser.submit(visited, { name: 'Two of them', redirect_uris: shown })
    const saved = await app.stores.clients.byId(id)
    expect(saved?.name).toBe('Two of them')
    expect(saved?.redirectUris.find(({ isDefault }) => isDefault)?.uri).toBe('https://b.example/cb')
  })

  test('are listed a page at a time; a forged cursor is refused', async () => {
    const organization = await app.fixtures.organization()
    for (let made = 0; made < 26; made++) await app.fixtures.m2m(organization)
    const { browser, visited } = await adminAt(app, organization)
    expect(visited.body.match(/<tr id="conn_app_/g)).toHaveLength(25)
    const [, older = ''] = /id="older"[^>]*href="([^"]+)"/.exec(visited.body) ?? []
    expect((await browser.get(older)).body.match(/<tr id="conn_app_/g)).toHaveLength(1)
    const forged = await browser.get(`/developers/${organization}?after=%00<b>`)
    expect(forged.status).toBeGreaterThanOrEqual(400)
    expect(forged.body).toContain('id="refused"')
    // More than there may be were there already.
    expect(visited.body).toContain('id="full"')
  })
})

describe('the limits of the operator', () => {
  test('hold for how many there are, also where many are made at once', async () => {
    await limitPortal(app, { applications: 2 })
    const organization = await app.fixtures.organization()
    const { browser, visited } = await adminAt(app, organization, '/applications/new')
    const form = { name: 'Raced', kind: 'm2m', csrf_token: csrfTokenOn(visited) }
    const path = `/developers/${organization}/applications`
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(app, browser, path, form)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 303, 409, 409, 409, 409])
    expect(await applicationsOf(organization)).toHaveLength(2)
    await limitPortal(app, null)
  })

  test('hold for kinds, permissions and http at the own machine, whatever the form says', async () => {
    await limitPortal(app, { types: ['m2m'], scopes: ['invoices:read'] })
    const organization = await app.fixtures.organization()
    const { browser, visited } = await adminAt(app, organization, '/applications/new')
    expect(visited.body).toContain('All of &lt;them>.')
    expect(visited.body).not.toContain('invoices:write')
    expect(visited.body).not.toContain('id="kind-web"')
    const path = `/developers/${organization}/applications`
    const csrf_token = csrfTokenOn(visited)
    const kind = await post(app, browser, path, { name: 'Forged', kind: 'web', csrf_token })
    expect(kind).toMatchObject({ status: 422, body: expect.stringContaining('id="kind-error"') })
    const forged = await sendTicked(browser, path, [
      ...([
        ['name', 'Forged'],
        ['kind', 'm2m'],
        ['csrf_token', csrf_token],
      ] as const),
      ...([
        ['scopes', 'invoices:read'],
        ['scopes', 'invoices:write'],
      ] as const),
    ])
    expect(forged).toMatchObject({ status: 422, body: expect.stringContaining('id="scopes-error"') })
    await limitPortal(app, { types: ['oauth'] })
    const loopback = { name: 'Local', kind: 'public', redirect_uris: 'http://127.0.0.1/cb', csrf_token }
    const refused = await post(app, browser, path, loopback)
    expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="redirect_uris-error"') })
    expect(await applicationsOf(organization)).toEqual([])
    await limitPortal(app, { loopback_redirect_uris: true })
    expect((await post(app, browser, path, loopback)).status).toBe(303)
    expect(await applicationsOf(organization)).toMatchObject([{ isPublic: true, requirePkce: true }])
    await limitPortal(app, null)
  })

  test('leave an application what it has, and let what is taken away not come back', async () => {
    const organization = await app.fixtures.organization()
    const local = 'http://localhost/cb'
    const { id } = await app.fixtures.thirdParty(organization, {
      ...{ name: 'Given', redirectUris: [local], scopes: ['invoices:write', 'openid'] },
    })
    const { browser, visited } = await adminAt(app, organization, `/applications/${id}`)
    const form = { name: 'Given', description: 'More', redirect_uris: local }
    const saved = await sendTicked(browser, visited.url.pathname, [
      ...Object.entries({ ...form, csrf_token: csrfTokenOn(visited) }),
      ...Object.entries({ updated_at: updatedAtOn(visited) }),
      ...([
        ['scopes', 'openid'],
        ['scopes', 'invoices:write'],
      ] as const),
    ])
    expect(saved.status).toBe(303)
    expect((await app.stores.clients.byId(id))?.scopes).toEqual(['openid', 'invoices:write'])
    const again = await browser.get(visited.url.pathname)
    app.clock.advance(5)
    await browser.submit(again, { ...form, redirect_uris: 'https://app.example.com', scopes: undefined })
    const taken = await browser.get(visited.url.pathname)
    expect(await app.stores.clients.byId(id)).toMatchObject({ scopes: [] })
    const csrf_token = csrfTokenOn(taken)
    for (const more of [{ redirect_uris: local }, { scopes: 'invoices:write' }]) {
      const fields = { ...form, redirect_uris: '', csrf_token, updated_at: updatedAtOn(taken), ...more }
      expect((await post(app, browser, taken.url.pathname, fields)).status).toBe(422)
    }
  })
})

const updatedAtOn = ({ body }: Pick<Visited, 'body'>): string =>
  /name="updated_at" value="([^"]+)"/.exec(body)?.[1] ?? ''

/** The embedded store makes one change after the other: nobody can be overtaken. */
if (testStore.kind === 'postgres') {
  test('a form that was sent by an admin is not decided for whoever is none any more by then', async () => {
    const organization = await app.fixtures.organization()
    const { id, credentialId } = await app.fixtures.thirdParty(organization, { name: 'Kept' })
    const { browser, visited, user } = await adminAt(app, organization, `/applications/${id}`)
    const path = visited.url.pathname
    const csrf_token = csrfTokenOn(visited)
    const { rows } = await app.stores.memberships.page({ limit: 1, order: 'desc' }, { userId: user.id })
    const membershipId = rows[0]?.id
    if (membershipId === undefined) throw new Error('no membership')
    const hint = (await app.stores.clientCredentials.of(id))[0]?.hint ?? ''
    let answers: Promise<readonly { readonly status: number }[]> | undefined
    await app.transaction(async (stores) => {
      await stores.memberships.setRole(membershipId, 'member', app.clock.now())
      answers = Promise.all([
        post(app, browser, `/developers/${organization}/applications`, {
          name: 'New',
          kind: 'm2m',
          csrf_token,
        }),
        post(app, browser, path, { name: 'Changed', updated_at: updatedAtOn(visited), csrf_token }),
        post(app, browser, `${path}/secrets`, { csrf_token }),
        post(app, browser, `${path}/secrets/${credentialId}`, { confirmation: hint, csrf_token }),
        post(app, browser, `${path}/delete`, { confirmation: 'Kept', csrf_token }),
        post(app, browser, path, { name: 'Changed', csrf_token }),
      ])
      await waitForBlocked(app, 6)
    })
    expect((await answers)?.map(({ status }) => status)).toEqual(Array(6).fill(404))
    expect(await applicationsOf(organization)).toMatchObject([{ id, name: 'Kept', credentials: [{}] }])
  })
}
