import { expect, test } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { signIn } from '../support/follow-authorization.ts'

/** More than an account has in a minute (sign-in-throttle.ts). */
const SIGN_INS = 12

test.each([
  { setting: 'false', turnedAway: 2 },
  { setting: 'true', turnedAway: 0 },
])(
  'with LATCHKEY_RELAX_RATE_LIMITS=$setting, $turnedAway of twelve sign-ins have to wait',
  async ({ setting, turnedAway }) => {
    await using app = await startTestApp({ settings: { LATCHKEY_RELAX_RATE_LIMITS: setting } })
    const user = await app.fixtures.user()
    const statuses: number[] = []
    for (let index = 0; index < SIGN_INS; index++) {
      const browser = createBrowser(app.issuer)
      statuses.push((await signIn(browser, await browser.get(`${app.issuer}/sign-in`), user)).status)
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(turnedAway)
    const warnings = app.logLines.filter((line) => line.includes('rate limits are relaxed'))
    expect(warnings).toHaveLength(setting === 'true' ? 1 : 0)
  },
)
