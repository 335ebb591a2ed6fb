import { type Authenticators, createAuthenticators } from '../../src/authenticators/create-authenticators.ts'
import type { PresentedCode } from '../../src/authenticators/prove-code.ts'
import { addTotp } from '../../src/authenticators/totp-factor.ts'
import { newHandle, systemRandom } from '../../src/system/random.ts'
import { openTestRoom, type TestRoom } from '../events/test-room.ts'
import type { TestUser } from '../support/fixtures.ts'
import { TEST_SECRET } from '../support/test-store.ts'
import { authenticatorApp } from '../support/totp.ts'

export const ORIGIN = 'https://login.example.com'
export const BROWSER = 'a browser'
export const ADDRESS = '192.0.2.1'

export interface AuthenticatorRoom extends TestRoom {
  readonly authenticators: Authenticators
  /** Of a user with an authenticator app and recovery codes. */
  protectedUser(): Promise<{
    readonly user: TestUser
    readonly recoveryCodes: readonly string[]
    /** The code that the app shows now. */
    code(): string
  }>
  present(
    user: TestUser,
    code: string,
    presented?: Partial<PresentedCode>,
  ): ReturnType<Authenticators['proveCode']>
}

export const openAuthenticatorRoom = async (): Promise<AuthenticatorRoom> => {
  const room = await openTestRoom()
  const { stores, transaction, clock, fixtures } = room
  const authenticators = createAuthenticators({
    ...{ stores, transaction, random: systemRandom, secret: TEST_SECRET },
    ...{ config: { issuer: ORIGIN, relaxRateLimits: false }, lifetimes: { pendingRequestSeconds: 1800 } },
  })
  return {
    ...room,
    authenticators,
    protectedUser: async () => {
      const user = await fixtures.user()
      const { totpSetUps, totpKeys } = authenticators
      const labels = { issuer: 'Example', label: user.email }
      const setUp = totpSetUps.begin(user.id, labels, BROWSER, clock.now())
      const code = () => authenticatorApp(setUp.secret, clock.now())
      const added = await room.act((acting) =>
        addTotp(acting, totpKeys, { userId: user.id, setUp, code: code() }),
      )
      if (added.outcome !== 'added') throw new Error(added.outcome)
      return { user, recoveryCodes: added.recoveryCodes, code }
    },
    present: (user, code, presented = {}) =>
      authenticators.proveCode(
        {
          ...{ userId: user.id, email: user.email, kind: 'totp', code },
          ...{ address: ADDRESS, browser: BROWSER, userAgent: null, proofId: newHandle(systemRandom) },
          ...presented,
        },
        clock.now(),
      ),
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  }
}
