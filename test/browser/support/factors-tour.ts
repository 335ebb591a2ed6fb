import type { Page } from 'playwright-core'
import type { IdentityProviderId } from '../../../src/protocol/identifiers.ts'
import { givePasskey } from '../../support/factors.ts'
import type { TestUser } from '../../support/fixtures.ts'
import { authorizationUrl } from '../../support/relying-party.ts'
import { authenticatorApp } from '../../support/totp.ts'
import { follow, type RunningApplication, type Stage, signIn } from './stage.ts'

type Arrived = (at: string) => Promise<void>

const DOMAIN = 'contoso.example'

/** One provider for everybody, and one that an organization demands: of a stage, however many casts it has. */
const giveProviders = async ({ app }: Stage): Promise<void> => {
  if ((await app.stores.identityProviders.count()) > 0) return
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

/** To where the organization of an address has its people sign in. */
export const providersTour = async (
  stage: Stage,
  page: Page,
  { application }: { readonly application: RunningApplication },
  arrived: Arrived,
): Promise<void> => {
  await giveProviders(stage)
  // Whoever types such an address is sent there at once.
  await page.goto(authorizationUrl(stage.app, application.application, { login_hint: `ada@${DOMAIN}` }))
  await arrived('sign-in, at a provider')
}

/** How somebody signs in besides a password; from the page of all ways on. At the end they sign in by two of them. */
export const factorsTour = async (
  { app }: Stage,
  page: Page,
  { application, user }: { readonly application: RunningApplication; readonly user: TestUser },
  arrived: Arrived,
): Promise<void> => {
  const now = app.clock.now()
  const goTo = (path: string) => page.goto(app.issuer + path)
  await goTo('/account/two-factor')
  await arrived('account-two-factor, off')
  const uri = (await page.getAttribute('#totp-link', 'href')) ?? ''
  await page.fill('#code', authenticatorApp(uri, now))
  await follow(page, '#turn-on')
  await arrived('account-recovery-codes')
  await goTo('/account/two-factor')
  await arrived('account-two-factor, on')
  await goTo('/account/passkeys')
  await arrived('account-passkeys, none')
  const { passkey } = await givePasskey(app, user)
  await goTo(`/account/passkeys/${passkey.id}`)
  await arrived('account-passkey')
  const { body } = await (await app.management()).get('/latchkey/v1/identity_providers')
  for (const { id } of (body as { readonly data: readonly { readonly id: IdentityProviderId }[] }).data) {
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
