import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { adminAt, openPortalOf } from '../portal/portal-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { authorizationUrl, signIn } from '../support/relying-party.ts'

/* Why something failed, and what is registered, is told to whoever sits at this machine and to admins of the owner. */

const WRONG = 'https://app.example.com/callback/'
const REASON = 'redirect_uri is not registered'

let app: TestApp
let owner: OrganizationId
let application: TestApplication
let first: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  owner = await app.fixtures.organization('Initrode')
  application = await app.fixtures.thirdParty(owner, { name: 'Insights' })
  first = await app.fixtures.firstParty()
  const sdk = await app.sdk()
  await sdk.authorization.createEnvironmentRole({ slug: 'admin', name: 'Admin' })
})
afterAll(() => app[Symbol.asyncDispose]())

interface Told {
  readonly status: number
  readonly body: string
  readonly requestId: string
}

/** By hand: nobody else sends whatever Host they like. */
const ask = (
  of: TestApplication,
  headers: Readonly<Record<string, string>> = {},
  redirectUri = WRONG,
): Promise<Told> =>
  new Promise((resolve, reject) => {
    const url = new URL(authorizationUrl(app, of, { redirect_uri: redirectUri }))
    request(url, { headers, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body,
          requestId: String(response.headers['x-request-id']),
        }),
      )
    })
      .on('error', reject)
      .end()
  })

const expectTold = ({ status, body, requestId }: Told, of: TestApplication): void => {
  expect(status).toBe(400)
  for (const shown of [
    REASON,
    of.clientId,
    WRONG,
    of.redirectUri,
    'a slash at the end too many',
    requestId,
  ]) {
    expect(body).toContain(shown)
  }
}

const expectNotTold = ({ status, body, requestId }: Told, of: TestApplication): void => {
  expect(status).toBe(400)
  expect(body).toContain(requestId)
  for (const hidden of [REASON, of.clientId, WRONG, `${of.redirectUri}<`, 'developer']) {
    expect(body).not.toContain(hidden)
  }
}

describe('at this machine', () => {
  test('whoever asks from it is told, of every application', async () => {
    expectTold(await ask(application), application)
    expectTold(await ask(first), first)
  })

  test.each([
    ['X-Forwarded-For', { 'x-forwarded-for': '203.0.113.9' }],
    ['X-Forwarded-For of loopback', { 'x-forwarded-for': '127.0.0.1' }],
    ['X-Real-IP', { 'x-real-ip': '203.0.113.9' }],
    ['Forwarded', { forwarded: 'for=203.0.113.9' }],
    ['Via', { via: '1.1 proxy' }],
    ['a Host that is not this machine (DNS rebinding)', { host: 'evil.example' }],
  ])('nobody is who comes through a proxy on it: %s', async (_, headers) => {
    expectNotTold(await ask(application, headers), application)
  })
})

describe('elsewhere', () => {
  const away = { 'x-forwarded-for': '203.0.113.9' }

  /** Signed in somewhere, as a member of an organization in a role. */
  const cookieOf = async (user: TestUser): Promise<string> => {
    const browser = createBrowser(app.issuer)
    await signIn(browser, await browser.get(authorizationUrl(app, first)), user)
    return [...browser.cookies].map((pair) => pair.join('=')).join('; ')
  }

  const setRole = async (user: TestUser, organizationId: OrganizationId, slug: string): Promise<void> => {
    const sdk = await app.sdk()
    const [membership] = (
      await sdk.userManagement.listOrganizationMemberships({ userId: user.id, organizationId })
    ).data
    await sdk.userManagement.updateOrganizationMembership(membership?.id ?? '', { roleSlug: slug })
  }

  test('admins of the organization that owns the application are told, and of no other application', async () => {
    const admin = await app.fixtures.user({ organizations: [owner] })
    await setRole(admin, owner, 'admin')
    const cookie = await cookieOf(admin)
    expectTold(await ask(application, { ...away, cookie }), application)
    expectNotTold(await ask(first, { ...away, cookie }), first)
    const foreign = await app.fixtures.thirdParty(await app.fixtures.organization())
    expectNotTold(await ask(foreign, { ...away, cookie }), foreign)
  })

  test('members are not, nor admins of another organization, nor those whose membership has ended', async () => {
    const member = await app.fixtures.user({ organizations: [owner] })
    expectNotTold(await ask(application, { ...away, cookie: await cookieOf(member) }), application)
    const other = await app.fixtures.organization()
    const stranger = await app.fixtures.user({ organizations: [other] })
    await setRole(stranger, other, 'admin')
    expectNotTold(await ask(application, { ...away, cookie: await cookieOf(stranger) }), application)
    const former = await app.fixtures.user({ organizations: [owner] })
    await setRole(former, owner, 'admin')
    const cookie = await cookieOf(former)
    const sdk = await app.sdk()
    const { data } = await sdk.userManagement.listOrganizationMemberships({ userId: former.id })
    await sdk.userManagement.deactivateOrganizationMembership(data[0]?.id ?? '')
    expectNotTold(await ask(application, { ...away, cookie }), application)
  })

  test('nobody is whose session is over, or made up', async () => {
    for (const cookie of ['', `latchkey_session=${'A'.repeat(43)}`]) {
      expectNotTold(await ask(application, { ...away, cookie }), application)
    }
  })

  test('the operator finds all of it in the log, by the reference on the page', async () => {
    const { requestId } = await ask(application, away)
    const line = app.logLines.find((text) => text.includes(requestId))
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      outcome: 'untrustedReturnAddress',
      reason: REASON,
      facts: {
        'sent client_id': [application.clientId],
        'sent redirect_uri': [WRONG],
        'registered redirect_uris': [application.redirectUri],
        'found differs in': ['a slash at the end too many'],
      },
    })
  })
})

test('LATCHKEY_DEVELOPER_DETAIL=never: nobody is told anywhere', async () => {
  await using quiet = await startTestApp({ settings: { LATCHKEY_DEVELOPER_DETAIL: 'never' } })
  const response = await fetch(`${quiet.issuer}/oauth2/authorize?client_id=client_nobody`)
  expect(response.status).toBe(400)
  expect(await response.text()).not.toContain('unknown client_id')
  await openPortalOf(quiet)
  const organization = await quiet.fixtures.organization()
  const { id } = await quiet.fixtures.thirdParty(organization)
  const { browser, visited } = await adminAt(quiet, organization, `/applications/${id}`)
  expect(visited.body).not.toContain('refusals')
  expect((await browser.get(`${visited.url.pathname}/refusals`)).status).toBe(404)
})
