import type { Page } from 'playwright-core'
import type { IdentityProviderId } from '../../../src/protocol/identifiers.ts'
import { givePasskey } from '../../support/factors.ts'
import type { TestUser } from '../../support/fixtures.ts'
import { startForeignProvider } from '../../support/identity-provider.ts'
import { authorizationUrl } from '../../support/relying-party.ts'
import { authenticatorApp } from '../../support/totp.ts'
import { follow, open, type RunningApplication, type Stage, signIn } from './stage.ts'

type Arrived = (at: string) => Promise<void>

const DOMAIN = 'contoso.example'

interface Provider {
  readonly id: IdentityProviderId
  readonly name: string
}

const providersOf = async ({ app }: Pick<Stage, 'app'>): Promise<readonly Provider[]> => {
  const { body } = await (await app.management()).get('/latchkey/v1/identity_providers')
  return (body as { readonly data: readonly Provider[] }).data
}

/** One provider for everybody, and one that an organization demands: of a stage, however many casts it has. */
const giveProviders = async (stage: Stage): Promise<void> => {
  if ((await providersOf(stage)).length > 0) return
  const { app } = stage
  const management = await app.management()
  const { body } = await management.post('/organizations', {
    name: 'Contoso',
    domain_data: [{ domain: DOMAIN, state: 'verified' }],
  })
  const provider = { issuer: `https://${DOMAIN}`, client_id: 'latchkey', client_secret: 'secret' }
  for (const fields of [
    { name: 'Fabrikam' },
    { name: 'Contoso', organization_id: (body as { id: string }).id, required: true },
  ]) {
    await management.post('/latchkey/v1/identity_providers', { ...provider, ...fields })
  }
  await app.changesHeard()
}

/** To where the organization of an address has its people sign in, and with somebody whose account here is not connected yet. */
export const providersTour = async (
  stage: Stage,
  page: Page,
  { application, user }: { readonly application: RunningApplication; readonly user: TestUser },
  arrived: Arrived,
): Promise<void> => {
  const { app } = stage
  await giveProviders(stage)
  // Whoever types such an address is sent there at once.
  await page.goto(authorizationUrl(stage.app, application.application, { login_hint: `ada@${DOMAIN}` }))
  await arrived('sign-in, at a provider')
  await using there = await startForeignProvider(app.clock)
  const management = await app.management()
  const { issuer, clientId: client_id, clientSecret: client_secret } = there
  const { body } = await management.post('/latchkey/v1/identity_providers', {
    ...{ name: 'Northwind', issuer, client_id, client_secret },
  })
  const { id } = body as Provider
  await app.changesHeard()
  there.next = { sub: user.id, email: user.email, email_verified: true }
  await open(page, application)
  await follow(page, `#continue-with-${id}`)
  await arrived('sign-in, connecting an account')
  await management.delete(`/latchkey/v1/identity_providers/${id}`)
  await app.changesHeard()
}

/** How somebody signs in besides a password; from the page of all ways on. At the end they sign in by two of them. */
export const factorsTour = async (
  stage: Stage,
  page: Page,
  { application, user }: { readonly application: RunningApplication; readonly user: TestUser },
  arrived: Arrived,
): Promise<void> => {
  const { app } = stage
  const now = app.clock.now()
  const goTo = (path: string) => page.goto(app.issuer + path)
  const management = await app.management()
  const secondFactor = async (second_factor: 'required' | null) => {
    await management.patch('/latchkey/v1/settings', { second_factor })
    await app.changesHeard()
  }
  await goTo('/account/two-factor')
  await arrived('account-two-factor, off')
  await secondFactor('required')
  await page.goto(authorizationUrl(app, application.application, { prompt: 'login' }))
  await signIn(page, user)
  await arrived('set-up-factor')
  await follow(page, '#turn-on')
  await page.click('summary')
  await arrived('set-up-factor, refused')
  const uri = (await page.getAttribute('#totp-link', 'href')) ?? ''
  await page.fill('#code', authenticatorApp(uri, now))
  await follow(page, '#turn-on')
  await arrived('recovery-codes, at sign-in')
  await follow(page, '#codes-saved')
  await secondFactor(null)
  await goTo('/account/two-factor')
  await arrived('account-two-factor, on')
  await follow(page, '#new-codes')
  await arrived('recovery-codes, in the account')
  await goTo('/account/passkeys')
  await arrived('account-passkeys, none')
  const { passkey } = await givePasskey(app, user)
  await goTo(`/account/passkeys/${passkey.id}`)
  await arrived('account-passkey')
  for (const { id } of await providersOf(stage)) {
    await app.stores.identities.insert({
      ...{ providerId: id, subject: user.id, userId: user.id, email: user.email },
      ...{ createdAt: now, lastUsedAt: now },
    })
  }
  await goTo('/account/connected-accounts')
  await arrived('account-identities')
  await goTo('/account/security')
  await arrived('account-security, with everything')
  app.clock.advance(31)
  await page.goto(authorizationUrl(app, application.application, { prompt: 'login' }))
  await signIn(page, user)
  await arrived('second-factor')
  await follow(page, '#continue')
  await arrived('second-factor, refused')
  await page.fill('#code', authenticatorApp(uri, app.clock.now()))
  await follow(page, '#continue')
}
