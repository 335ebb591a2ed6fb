import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { eventNames } from '../../src/protocol/event-name.ts'
import { webhookSignature } from '../../src/webhooks/signature.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { givePasskey, giveTotp, passkeyOptionsOf } from '../support/factors.ts'
import type { TestUser } from '../support/fixtures.ts'
import { identify, signIn } from '../support/follow-authorization.ts'
import { startForeignProvider } from '../support/identity-provider.ts'
import { codeIn, codeTo, mailAbout, otherThan } from '../support/mailbox.ts'
import type { Management, WorkOS } from '../support/management.ts'

/*
 * Everything that WorkOS has an event for is made to happen; each event is then held against WorkOS's document, and read
 * by its SDK as a webhook would be.
 */

let app: TestApp
let workos: WorkOS
let management: Management
const txtRecords: string[] = []

beforeAll(async () => {
  app = await startTestApp({
    settings: { LATCHKEY_OUTBOUND_ALLOWED_HOSTS: '127.0.0.1' },
    overrides: { dns: { textRecords: async () => txtRecords } },
  })
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const document = parse(
  readFileSync(new URL(import.meta.resolve('@workos/openapi-spec/spec')), 'utf8'),
) as object

/** Where WorkOS's document describes each event, by its name. */
const described = (value: unknown, pointer = '', found = new Map<string, string>()): Map<string, string> => {
  if (typeof value !== 'object' || value === null) return found
  const { event } = ('properties' in value ? value.properties : {}) as { event?: { const?: string } }
  if (event?.const !== undefined) found.set(event.const, pointer)
  for (const [name, member] of Object.entries(value)) {
    described(
      member,
      `${pointer}/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`,
      found,
    )
  }
  return found
}

const pointers = described(document)
const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
ajvFormats.default(ajv)
ajv.addSchema(document, 'document')

/** What is wrong with an event, in the eyes of WorkOS's document. */
const faultsOf = (event: ListedEvent): string[] => {
  const pointer = pointers.get(event.event)
  if (pointer === undefined) return []
  const validate = ajv.compile({ $ref: `document#${pointer}` })
  validate(event)
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${event.event}${instancePath} ${message}`,
  )
}

const DAY = 86_400

interface ListedEvent {
  readonly id: string
  readonly event: string
}

const ask = async (
  method: 'post' | 'put' | 'patch' | 'delete',
  path: string,
  body?: object,
): Promise<Record<string, string>> => {
  const answer = await management[method](path, body)
  expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300)
  return (answer.body ?? {}) as Record<string, string>
}

const everyEvent = async (): Promise<ListedEvent[]> => {
  const events: ListedEvent[] = []
  for (let after: string | null = ''; after !== null; ) {
    const { body } = await management.get(`/events?order=asc&limit=100${after && `&after=${after}`}`)
    const page = body as { data: ListedEvent[]; list_metadata: { after: string | null } }
    events.push(...page.data)
    after = page.list_metadata.after
  }
  return events
}

const domains = async (organization_id: string) => {
  const proved = await ask('post', '/organization_domains', { organization_id, domain: 'proved.example' })
  txtRecords.push(`${proved['verification_prefix']}=${proved['verification_token']}`)
  await ask('post', `/organization_domains/${proved['id']}/verify`)
  txtRecords.length = 0
  const other = await ask('post', '/organization_domains', { organization_id, domain: 'other.example' })
  app.clock.advance(31 * DAY)
  await ask('post', `/organization_domains/${other['id']}/verify`)
  await ask('delete', `/organization_domains/${other['id']}`)
}

const rolesAndPermissions = async (organizationId: string) => {
  await ask('post', '/authorization/permissions', { slug: 'forum:read', name: 'Read' })
  await ask('patch', '/authorization/permissions/forum:read', { name: 'Read the forum' })
  await ask('post', '/authorization/roles', { slug: 'reader', name: 'Reader' })
  await ask('put', '/authorization/roles/reader/permissions', { permissions: ['forum:read'] })
  const roles = `/authorization/organizations/${organizationId}/roles`
  const { slug } = await ask('post', roles, { slug: 'org-reader', name: 'Reader' })
  await ask('patch', `${roles}/${slug}`, { name: 'Reader here' })
  await ask('delete', `${roles}/${slug}`)
  await ask('delete', '/authorization/permissions/forum:read')
}

/** Everything that a code by mail can be good for, and not be. */
const mailedCodes = async () => {
  await ask('patch', '/latchkey/v1/settings', { magic_codes: true, require_verified_email: true })
  await app.changesHeard()
  const user = await app.fixtures.user()
  await app.transaction((stores) => stores.users.update(user.id, { emailVerified: false }))
  const browser = createBrowser(app.issuer)
  const verifying = await signIn(browser, await browser.get('/sign-in'), user)
  const code = await codeTo(app, user.email)
  await browser.submit(verifying, { code: otherThan(code) })
  await browser.submit(verifying, { code })

  const other = createBrowser(app.issuer)
  const password = await identify(other, await other.get('/sign-in'), user)
  const resetting = await other.submit(password, { purpose: 'reset_password' })
  const choosing = await other.submit(resetting, { code: await codeTo(app, user.email, 2) })
  await other.submit(choosing, { password: 'another pass phrase altogether' })

  const third = createBrowser(app.issuer)
  const asked = await identify(third, await third.get('/sign-in'), user)
  const signingIn = await third.submit(asked, { purpose: 'sign_in' })
  const magic = await codeIn(await mailAbout(app, user.email, /to sign in/))
  await third.submit(signingIn, { code: otherThan(magic) })
  await third.submit(signingIn, { code: magic })
}

const signIns = async (email: string) => {
  const browser = createBrowser(app.issuer)
  const first = await browser.get('/sign-in')
  await signIn(browser, first, { email, password: 'wrong' })
  await signIn(browser, first, { email: 'nobody@example.com', password: 'wrong' })
  await signIn(browser, first, { email, password: 'correct horse battery staple' })
  const [started] = await app.stores.events.byName('session.created', 1)
  await ask('post', '/user_management/sessions/revoke', { session_id: started?.targetId })
}

/** At a provider that is believed, and that is not. */
const atProvider = async () => {
  await using provider = await startForeignProvider(app.clock)
  const { id } = await ask('post', '/latchkey/v1/identity_providers', {
    name: 'Contoso',
    issuer: provider.issuer,
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
  })
  await app.changesHeard()
  for (const email_verified of [false, true]) {
    const browser = createBrowser(app.issuer)
    const sent = await browser.submit(await browser.get('/sign-in'), { provider: id })
    provider.next = { sub: 'there', email: 'there@example.com', email_verified }
    await browser.get((await provider.signIn(sent.url)).href)
  }
}

/** A right and a wrong one of each. */
const factors = async (user: TestUser) => {
  const browser = createBrowser(app.issuer)
  const { authenticator } = await givePasskey(app, user)
  const { code } = await giveTotp(app, user)
  app.clock.advance(60)
  let page = await browser.get('/sign-in')
  for (const isUserVerified of [false, true]) {
    const options = passkeyOptionsOf(page) || { challenge: '' }
    page = await browser.submit(page, { passkey: authenticator.authenticate(options, { isUserVerified }) })
  }
  const asked = await signIn(browser, await browser.get('/sign-in'), user)
  for (const typed of ['none', code()]) page = await browser.submit(asked, { code: typed })
  expect(page.url.pathname).toBe('/')
}

test('every event that WorkOS has, too, has its shape and is understood by its SDK', async () => {
  const { id: organizationId } = await ask('post', '/organizations', { name: 'Acme' })
  if (organizationId === undefined) throw new Error('no organization')
  await ask('put', `/organizations/${organizationId}`, { name: 'Acme Ltd', metadata: { tier: 'gold' } })
  await domains(organizationId)
  await rolesAndPermissions(organizationId)
  const user = await app.fixtures.user()
  await ask('put', `/user_management/users/${user.id}`, { first_name: 'Grace' })
  const { id: membershipId } = await ask('post', '/user_management/organization_memberships', {
    user_id: user.id,
    organization_id: organizationId,
  })
  await ask('put', `/user_management/organization_memberships/${membershipId}`, { role_slug: 'reader' })
  await ask('delete', `/user_management/organization_memberships/${membershipId}`)
  const key = await ask('post', `/organizations/${organizationId}/api_keys`, { name: 'Key', permissions: [] })
  await ask('post', `/api_keys/${key['id']}/expire`, { expires_at: app.clock.now().toISOString() })
  await ask('delete', `/api_keys/${key['id']}`)
  await signIns(user.email)
  await mailedCodes()
  await factors(user)
  await atProvider()
  await ask('delete', `/user_management/users/${user.id}`)
  await ask('delete', `/organizations/${organizationId}`)

  const secret = 'whsec_test'
  const seen = new Set<string>()
  const faults: string[] = []
  for (const event of await everyEvent()) {
    seen.add(event.event)
    faults.push(...faultsOf(event))
    const payload = JSON.stringify(event)
    const sigHeader = webhookSignature(secret, payload, new Date())
    const read = await workos.webhooks.constructEvent({ payload: JSON.parse(payload), sigHeader, secret })
    expect(read).toMatchObject({ id: event.id, event: event.event })
  }
  expect(faults).toEqual([])
  // No operation deletes a role of the environment, here as there.
  const never = ['role.deleted']
  expect(eventNames.filter((name) => pointers.has(name) && !seen.has(name))).toEqual(never)
})
