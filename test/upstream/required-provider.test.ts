import { afterAll, describe, expect, test } from 'vitest'
import type { IdentityProviderObject } from '../../src/objects/identity-provider.ts'
import { hrefOf, signedInAt, textIn } from '../account/account-room.ts'
import { createBrowser } from '../support/browser.ts'
import { linkOf } from '../support/follow-authorization.ts'
import { codeTo, mailsTo } from '../support/mailbox.ts'
import { authorizationUrl } from '../support/relying-party.ts'
import { openUpstreamRoom, PROVIDERS } from './upstream-room.ts'

const PASSWORD = 'correct horse battery'

const room = await openUpstreamRoom()
afterAll(() => room[Symbol.asyncDispose]())
const {
  app,
  provider,
  management,
  application,
  register,
  begin,
  chooseProvider,
  comeBack,
  throughProvider,
  subjectOf,
} = room

let number = 0
/** An organization, and its providers. */
const organizationWith = async (names: readonly string[], required = true) => {
  number += 1
  const domain = `acme${number}.example`
  const { body } = await management.post('/organizations', {
    name: 'Acme',
    domain_data: [{ domain, state: 'verified' }],
  })
  const { id: organization_id } = body as { readonly id: string }
  const providers: IdentityProviderObject[] = []
  for (const name of names) providers.push(await register({ name, organization_id, required }))
  return { domain, providers, organizationId: organization_id }
}

const requireNow = async (providers: readonly IdentityProviderObject[]) => {
  for (const { id } of providers) await management.patch(`${PROVIDERS}/${id}`, { required: true })
  await app.changesHeard()
}

const addressOf = async ({ id }: { readonly id: string }) => {
  const user = await app.stores.users.byId(id as never)
  return { email: user?.email, isVerified: user?.emailVerified }
}

describe('whoever has to sign in at their organization', () => {
  test('has no other way in: no password opens an account of its domain', async () => {
    const { domain } = await organizationWith(['Wayne ID'])
    const user = await app.fixtures.user({ email: `alfred@${domain}`, password: PASSWORD })
    const browser = createBrowser(app.issuer)
    const before = await begin(browser)
    const sent = await browser.submit(before, { email: user.email })
    expect(sent.url.origin).toBe(provider.issuer)
    // Back, to the page that is next for this address.
    const page = await browser.get(authorizationUrl(app, application, { login_hint: user.email }))
    expect(page.body).toContain('Sign in with your organization')
    const forced = page.body
      .replaceAll('/sign-in/upstream', '/sign-in/password')
      .replaceAll('name="provider"', 'name="password"')
    const refused = await browser.submit({ ...page, body: forced }, { password: PASSWORD })
    expect([refused.url.pathname, browser.cookie('latchkey_session')]).toEqual(['/sign-in', undefined])
    // Nor does a code by mail make one, so that none is sent.
    await management.patch('/latchkey/v1/settings', { sign_up: true })
    await app.changesHeard()
    const signingUp = createBrowser(app.issuer)
    const form = await signingUp.get(linkOf(await begin(signingUp), 'create-account'))
    const led = await signingUp.submit(form, { email: `new@${domain}` })
    expect(led.body).toContain('Sign in with your organization')
    const codes = app.testDatabase.database.kysely
      .selectFrom('email_code')
      .select('normalized_email')
      .where('normalized_email', 'like', `%@${domain}`)
      .execute()
    expect(await codes).toEqual([])
    // Whoever comes from there shows once that the account is theirs.
    const person = { sub: 'alfred', email: user.email, email_verified: true }
    const asked = await comeBack(browser, sent, person)
    await subjectOf(await browser.submit(asked, { password: PASSWORD }))
    expect(await app.stores.identities.ofUser(user.id)).toMatchObject([{ subject: 'alfred' }])
  })

  test('has no page to change the address by which they have to', async () => {
    const { domain } = await organizationWith(['Acme ID'])
    const email = `ada@${domain}`
    const browser = createBrowser(app.issuer)
    const sent = await browser.submit(await browser.get('/account/email'), { email })
    const arrived = await comeBack(browser, sent, { sub: email, email, email_verified: true })
    expect([arrived.url.pathname, arrived.status]).toEqual(['/account', 200])
    expect(arrived.body).toContain(email)
    expect(hrefOf(arrived, 'to-email')).toBeUndefined()
  })

  test('changes it by no code that was asked for before they had to', async () => {
    const { domain, providers } = await organizationWith(['Acme ID'], false)
    const user = await app.fixtures.user({ email: `ada@${domain}` })
    const { browser, visited } = await signedInAt(app, user, '/account/email')
    const elsewhere = `ada@not-${domain}`
    const asked = await browser.submit(visited, { email: elsewhere })
    const code = await codeTo(app, elsewhere)
    await requireNow(providers)
    expect((await browser.submit(asked, { code })).url.pathname).toBe('/account')
    expect(await addressOf(user)).toEqual({ email: user.email, isVerified: true })
  })

  test('may confirm it, and take no other instead', async () => {
    const { domain, providers } = await organizationWith(['Acme ID'], false)
    const user = await app.fixtures.user({ email: `ada@${domain}` })
    await app.stores.users.update(user.id, { emailVerified: false })
    const { browser, visited } = await signedInAt(app, user, '/account/email')
    const before = `before@not-${domain}`
    const asked = await browser.submit(visited, { email: before })
    const code = await codeTo(app, before)
    await requireNow(providers)

    const late = await browser.submit(asked, { code })
    expect(late.status).toBe(422)
    expect(textIn(late, 'email-error')).toContain('You sign in with your organization')
    const after = `after@not-${domain}`
    const refused = await browser.submit(await browser.get('/account/email'), { email: after })
    expect(refused.status).toBe(422)
    expect(textIn(refused, 'email-error')).toContain('You sign in with your organization')
    expect(await addressOf(user)).toEqual({ email: user.email, isVerified: false })

    const own = await browser.submit(await browser.get('/account/email'), { email: user.email })
    await browser.submit(own, { code: await codeTo(app, user.email) })
    expect(await addressOf(user)).toEqual({ email: user.email, isVerified: true })
    expect(mailsTo(app, after)).toEqual([])
  })

  test('does so at whichever they choose of several that it demands, as while it changes from one to another', async () => {
    const { domain, providers, organizationId } = await organizationWith(['Acme before', 'Acme after'])
    for (const [index, one] of providers.entries()) {
      const email = `ada${index}@${domain}`
      const browser = createBrowser(app.issuer)
      const page = await browser.submit(await begin(browser), { email })
      expect(page.body).toMatch(/Acme before<.*> or <.*Acme after/)
      const sent = await chooseProvider(browser, page, one)
      expect(sent.url.origin).toBe(provider.issuer)
      const person = { sub: email, email, email_verified: true }
      expect(await subjectOf(await comeBack(browser, sent, person))).toMatchObject({ org_id: organizationId })
    }
  })

  test('has no account opened, or connected, by a provider that is not the way in', async () => {
    const { domain, providers } = await organizationWith(['Acme ID'])
    const email = `grace@${domain}`
    const told = await throughProvider({ sub: 'not-grace', email, email_verified: true })
    expect(told.left).toBe(false)
    expect(await app.stores.users.byNormalizedEmail(email)).toBeUndefined()
    // Whose it is comes by the way in, as the first.
    const browser = createBrowser(app.issuer)
    const sent = await browser.submit(await begin(browser), { email })
    await subjectOf(await comeBack(browser, sent, { sub: 'grace', email, email_verified: true }))
    const user = await app.stores.users.byNormalizedEmail(email)
    const again = await throughProvider({ sub: 'not-grace', email, email_verified: true })
    expect(again.left).toBe(false)
    expect(await app.stores.identities.ofUser(user?.id ?? ('' as never))).toMatchObject([
      { subject: 'grace', providerId: providers[0]?.id },
    ])
  })
})
