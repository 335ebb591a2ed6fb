import { createAuthenticators } from '../../src/authenticators/create-authenticators.ts'
import { addPasskey, verifyNewPasskey } from '../../src/authenticators/passkey.ts'
import { replaceRecoveryCodes } from '../../src/authenticators/recovery-codes.ts'
import { creationOptions } from '../../src/authenticators/relying-party.ts'
import { addTotp } from '../../src/authenticators/totp-factor.ts'
import { actingAs } from '../../src/events/record.ts'
import { systemRandom } from '../../src/system/random.ts'
import type { TestApp } from './app.ts'
import { type SoftAuthenticator, softAuthenticator } from './authenticator.ts'
import type { Visited } from './browser.ts'
import type { TestUser } from './fixtures.ts'
import { TEST_SECRET } from './test-store.ts'
import { authenticatorApp } from './totp.ts'

type App = Pick<TestApp, 'issuer' | 'stores' | 'transaction' | 'clock'>

const BROWSER = 'of the test'

const roomOf = ({ stores, transaction, issuer }: App) =>
  createAuthenticators({
    ...{ stores, transaction, random: systemRandom, secret: TEST_SECRET },
    ...{ config: { issuer, relaxRateLimits: false }, lifetimes: { pendingRequestSeconds: 1800 } },
  })

/** Gives a user an authenticator app, by the code that the server itself uses. */
export const giveTotp = async (app: App, { id: userId, email }: TestUser) => {
  const { totpSetUps, totpKeys } = roomOf(app)
  const now = app.clock.now()
  const setUp = totpSetUps.begin(userId, { issuer: 'Example', label: email }, BROWSER, now)
  const code = () => authenticatorApp(setUp.secret, app.clock.now())
  const added = await app.transaction((stores) =>
    addTotp(actingAs({ type: 'user', id: userId }, { stores, now, random: systemRandom }), totpKeys, {
      ...{ userId, setUp, code: authenticatorApp(setUp.secret, now) },
    }),
  )
  if (added.outcome !== 'added') throw new Error(added.outcome)
  return { factorId: added.factor.id, recoveryCodes: added.recoveryCodes, code }
}

/** Gives a user a passkey. */
export const givePasskey = async (
  app: App,
  user: TestUser,
  authenticator: SoftAuthenticator = softAuthenticator(app.issuer),
) => {
  const { relyingParty, passkeyChallenges } = roomOf(app)
  const now = app.clock.now()
  const { challenge: text, sealed } = passkeyChallenges.begin('register', user.id, BROWSER, now)
  const challenge = passkeyChallenges.open(sealed, 'register', user.id, BROWSER, now)
  if (!relyingParty || !challenge) throw new RangeError('no passkeys here')
  const options = creationOptions({
    ...{ relyingParty, operator: 'Example', challenge: text, passkeys: [] },
    user: { ...user, name: 'Ada' },
  })
  const made = await verifyNewPasskey(relyingParty, challenge, authenticator.register(options))
  if ('problem' in made) throw new Error(made.problem)
  const added = await app.transaction((stores) =>
    addPasskey(actingAs({ type: 'user', id: user.id }, { stores, now, random: systemRandom }), made, {
      ...{ userId: user.id, name: 'Telephone', challenge },
    }),
  )
  if (added.outcome !== 'added') throw new Error(added.outcome)
  return { passkey: added.passkey, authenticator }
}

/** Recovery codes in the place of those of before. */
export const giveRecoveryCodes = (app: App, { id: userId }: TestUser) =>
  app.transaction((stores) =>
    replaceRecoveryCodes(
      actingAs({ type: 'user', id: userId }, { stores, now: app.clock.now(), random: systemRandom }),
      roomOf(app).totpKeys.recoveryKey,
      userId,
    ),
  )

/** What a page asks browsers for passkeys with; undefined if it does not. */
export const passkeyOptionsOf = ({ body }: Pick<Visited, 'body'>) => {
  const [, attribute] = /data-options="([^"]*)"/.exec(body) ?? []
  return (
    attribute && (JSON.parse(attribute.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as PasskeyOptions)
  )
}

export interface PasskeyOptions {
  readonly challenge: string
  readonly rpId?: string
  readonly rp: { readonly id?: string; readonly name: string }
  readonly user: { readonly id: string; readonly name: string }
  readonly userVerification?: string
  readonly allowCredentials?: readonly { readonly id: string }[]
}
