import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, noticeOn, post, textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import { credentials, issuingNothing, post as postToServer } from '../support/relying-party.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  await app.fixtures.permission('invoices:read')
})
afterAll(() => app[Symbol.asyncDispose]())

const NEW = '/dashboard/applications/new'

const blank = { description: '', redirect_uris: '', scopes: '', organization_id: '' }

/** Whether the secret gets a token. */
const tokenBy = async (clientId: string, clientSecret: string): Promise<number> => {
  const client = credentials({ clientId, clientSecret } as never)
  const { status } = await postToServer(`${app.issuer}/oauth2/token`, {
    grant_type: 'client_credentials',
    ...client,
  })
  return status
}

describe('applications at the dashboard', () => {
  test('are made step by step; a first-party one of the web keeps its redirect URIs in order', async () => {
    const { browser, visited, user } = await operatorAt(app, 'admin', NEW)
    const uris = 'https://forum.example.com/callback\r\nhttps://forum.example.com/other'
    const made = await browser.submit(visited, {
      ...blank,
      name: 'Forum',
      kind: 'web',
      trust: 'first',
      redirect_uris: uris,
    })
    expect(made.url.pathname).toMatch(/^\/dashboard\/applications\/conn_app_/)
    expect(made.body).toContain('first-party')
    const id = made.url.pathname.split('/').at(-1) ?? ''
    const { body } = await (await app.management()).get(`/connect/applications/${id}`)
    expect(body).toMatchObject({
      uses_pkce: false,
      redirect_uris: [{ uri: uris.split('\r\n')[0], default: true }, { uri: uris.split('\r\n')[1] }],
    })
    const [event] = await eventsOf(app, id, ['application.created'])
    expect(event?.actor).toEqual({ type: 'operator', id: user.id })
  })

  test('that make no sense are refused beside their fields, with what was typed', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', NEW)
    const refused = await browser.submit(visited, {
      ...blank,
      name: '<b>Odd</b>',
      kind: 'web',
      trust: 'third',
      redirect_uris: 'javascript:alert(1)',
      scopes: 'no:such',
    })
    expect(refused.status).toBe(422)
    expect(refused.body).toContain('&lt;b>Odd&lt;/b>')
    expect(refused.body).toMatch(/id="(redirect_uris|scopes|organization_id|form)-error"/)
    expect(refused.body).not.toContain('<b>Odd')
  })

  test.each([
    ['kind', { kind: 'desktop', trust: 'first' }],
    ['kind', { trust: 'first' }],
    ['trust', { kind: 'web', trust: 'second' }],
    ['trust', { kind: 'public' }],
  ] as const)('are not made of a %s that there is not: it is for good (%o)', async (field, chosen) => {
    const { browser, visited } = await operatorAt(app, 'admin', NEW)
    const refused = await issuingNothing(
      app,
      () =>
        browser.submit(visited, {
          ...{ ...blank, name: 'Odd', redirect_uris: 'https://odd.example.com/callback' },
          ...chosen,
        }),
      ['application'],
    )
    expect(refused.status).toBe(422)
    expect(textIn(refused, `${field}-error`)).toBe('Is none that there is.')
  })

  test('of machines get a secret that is shown once and works, until it is deleted by its last characters', async () => {
    const organization_id = await app.fixtures.organization('Acme')
    const { browser, visited } = await operatorAt(app, 'admin', NEW)
    const made = await browser.submit(visited, {
      ...blank,
      name: 'Nightly',
      kind: 'm2m',
      organization_id,
      scopes: 'invoices:read',
    })
    const [clientId = ''] = /client_[0-9A-Z]{26}/.exec(made.body) ?? []
    const shown = await browser.submit(made, { secret_name: 'Of the server' })
    const secret = textIn(shown, 'secret')
    expect(secret).toMatch(/^lks_/)
    await app.changesHeard()
    expect(await tokenBy(clientId, secret)).toBe(200)
    const again = await browser.get(made.url.pathname)
    expect(again.body).not.toContain(secret)
    const [path = ''] = /\/dashboard\/applications\/conn_app_\w+\/secrets\/secret_\w+/.exec(again.body) ?? []
    const one = await browser.get(path)
    expect(textIn(one, 'safety')).toContain('the only one in force')
    expect((await browser.submit(one, { confirmation: 'wrong' })).status).toBe(422)
    expect(noticeOn(await browser.submit(one, { confirmation: secret.slice(-6) }))).toBe('Deleted.')
    await app.changesHeard()
    expect(await tokenBy(clientId, secret)).toBe(401)
  })

  test('are changed by one operator at a time', async () => {
    const { id } = await app.fixtures.firstParty({ name: 'Shared' })
    const path = `/dashboard/applications/${id}`
    const first = await operatorAt(app, 'admin', path)
    const second = await operatorAt(app, 'admin', path)
    app.clock.advance(1)
    await first.browser.submit(first.visited, { name: 'Of the first' })
    const told = await second.browser.submit(second.visited, { name: 'Of the second' })
    expect(told).toMatchObject({ status: 409, body: expect.stringContaining('Of the first') })
  })

  test('are changed by two operators at once who change different things of them', async () => {
    const { id } = await app.fixtures.firstParty({ name: 'Of two' })
    const path = `/dashboard/applications/${id}`
    const first = await operatorAt(app, 'admin', path)
    const second = await operatorAt(app, 'admin', `${path}/settings`)
    const about = await second.browser.get(`${path}/settings`)
    app.clock.advance(1)
    await first.browser.submit(first.visited, { name: 'Renamed' })
    const seconds = { access_token_seconds: '120', refresh_token_idle_seconds: '' }
    expect(noticeOn(await second.browser.submit(second.visited, seconds))).toBe('Saved.')
    app.clock.advance(1)
    const website = { client_uri: 'https://about.example.com' }
    expect(noticeOn(await second.browser.submit(about, website))).toBe('Saved.')
    expect(await first.browser.submit(first.visited, { name: 'Renamed twice' })).toMatchObject({
      status: 409,
    })
    const third = await second.browser.submit(about, { client_uri: 'https://other.example.com' })
    expect(third).toMatchObject({ status: 409, body: expect.stringContaining('https://about.example.com') })
    const again = await second.browser.submit(third, { client_uri: 'https://other.example.com' })
    expect(noticeOn(again)).toBe('Saved.')
  })

  test('keep their default redirect URI when something else of them is saved', async () => {
    const { id } = await app.fixtures.firstParty({
      redirectUris: ['https://a.example.com/cb', 'https://b.example.com/cb'],
    })
    const management = await app.management()
    const uris = ['https://a.example.com/cb', 'https://b.example.com/cb']
    await management.put(`/connect/applications/${id}`, {
      redirect_uris: uris.map((uri, place) => ({ uri, default: place === 1 })),
    })
    const { browser, visited } = await operatorAt(app, 'admin', `/dashboard/applications/${id}`)
    const redirect_uris = textIn(visited, 'redirect_uris').trim()
    const saved = await browser.submit(visited, {
      name: 'Same',
      description: 'New',
      scopes: '',
      redirect_uris,
    })
    expect(noticeOn(saved)).toBe('Saved.')
    const { body } = await management.get(`/connect/applications/${id}`)
    const { redirect_uris: kept } = body as { redirect_uris: { uri: string; default: boolean }[] }
    expect(kept.find((one) => one.default)?.uri).toBe('https://b.example.com/cb')
  })

  test('have five secrets at most: the sixth is refused in words, beside its field', async () => {
    const { id } = await app.fixtures.firstParty()
    const { browser, visited } = await operatorAt(app, 'admin', `/dashboard/applications/${id}`)
    let page = visited
    for (let made = 0; made < 4; made++) page = await browser.submit(page, { secret_name: '' })
    const refused = await browser.submit(page, { secret_name: '' })
    expect(refused.status).toBe(422)
    expect(textIn(refused, 'secret_name-error')).toMatch(/five secrets at most/)
    expect(refused.body).not.toContain('lient_secrets')
  })

  test('are not there by another’s secret, and not deleted by a viewer', async () => {
    const [mine, other] = [await app.fixtures.firstParty(), await app.fixtures.firstParty()]
    const { browser, visited } = await operatorAt(app, 'viewer', `/dashboard/applications/${mine.id}`)
    const foreign = `/dashboard/applications/${mine.id}/secrets/${other.credentialId}`
    expect(await browser.get(foreign)).toMatchObject({ status: 404 })
    const { name } = (await (await app.management()).get(`/connect/applications/${mine.id}`)).body as {
      name: string
    }
    const form = { csrf_token: csrfTokenOn(visited), confirmation: name }
    const answer = await post(app, browser, `/dashboard/applications/${mine.id}/delete`, form)
    expect(answer.status).toBe(403)
    expect(await browser.get(`/dashboard/applications/${mine.id}`)).toMatchObject({ status: 200 })
  })
})
