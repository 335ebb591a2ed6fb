import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actingAs } from '../../src/events/record.ts'
import { forgetStrangers } from '../../src/sessions/forget-strangers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { updateUser } from '../../src/users/update-user.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { softAuthenticator } from '../support/authenticator.ts'
import { waitForBlocked } from '../support/blocked.ts'
import { createBrowser, type Visited } from '../support/browser.ts'
import { testStore } from '../support/database-server.ts'
import { givePasskey, giveTotp, passkeyOptionsOf } from '../support/factors.ts'
import { signIn } from '../support/follow-authorization.ts'
import { authenticatorApp } from '../support/totp.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { second_factor: 'required' })
  await app.changesHeard()
})
afterAll(() => app[Symbol.asyncDispose]())

describe('recovery codes', () => {
  test('go with the last of what they stand in for, whatever is taken away at once', async () => {
    const management = await app.management()
    for (let round = 0; round < 8; round += 1) {
      const user = await app.fixtures.user()
      const { factorId } = await giveTotp(app, user)
      const { passkey } = await givePasskey(app, user)
      const answers = await Promise.all([
        management.delete(`/auth/factors/${factorId}`),
        management.delete(`/latchkey/v1/users/${user.id}/passkeys/${passkey.id}`),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect(await app.stores.recoveryCodes.count(user.id)).toBe(0)
    }
  })
})

/** The embedded store makes one change after the other: nothing comes in between. */
if (testStore.kind === 'postgres') {
  describe('a factor that is set up while somebody signs in', () => {
    const answersWith: [string, (offered: Visited) => Record<string, string>][] = [
      [
        'an authenticator app',
        ({ body }) => {
          const [, uri = ''] = /id="totp-link" href="([^"]*)"/.exec(body) ?? []
          return { code: authenticatorApp(uri.replaceAll('&amp;', '&'), app.clock.now()) }
        },
      ],
      [
        'a passkey',
        (offered) => {
          const options = passkeyOptionsOf(offered)
          if (!options) throw new RangeError('no passkey')
          return { passkey: softAuthenticator(app.issuer).register(options) }
        },
      ],
    ]
    test.each(answersWith)('is not, where its owner has come in between: %s', async (_what, answerWith) => {
      const user = await app.fixtures.user()
      await app.stores.users.update(user.id, { emailVerified: false })
      const browser = createBrowser(app.issuer)
      const offered = await signIn(browser, await browser.get('/sign-in'), user)
      const fields = answerWith(offered)
      let answer: Promise<Visited> | undefined
      await app.transaction(async (stores) => {
        await stores.users.lock(user.id)
        answer = browser.submit(offered, fields)
        await waitForBlocked(app, 1)
        // As by mail (sessions/use-mailbox.ts).
        const acting = actingAs(
          { type: 'user', id: user.id },
          { stores, now: app.clock.now(), random: systemRandom },
        )
        await updateUser(acting, user.id, { passwordHash: null, emailVerified: true })
        await forgetStrangers(acting, user.id)
      })
      expect((await answer)?.body).toContain('You were away for a while.')
      expect(await app.stores.passkeys.secondFactorsOf(user.id)).toMatchObject({
        ...{ hasTotp: false, passkeys: 0, recoveryCodes: 0 },
      })
      expect(browser.cookie('latchkey_session')).toBeUndefined()
    })
  })
}
