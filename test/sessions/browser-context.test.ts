import { expect, test } from 'vitest'
import { createBrowserContexts } from '../../src/sessions/browser-context.ts'
import { systemRandom } from '../../src/system/random.ts'

const contexts = createBrowserContexts({
  stores: {
    sessions: new Proxy({} as never, {
      get: () => {
        throw new Error('no session was asked for')
      },
    }),
  },
  random: systemRandom,
  csrfKey: new Uint8Array(32),
  secure: true,
  sessionUsed: () => {},
})
const now = new Date('2026-01-01T00:00:00Z')

test('a browser is known again after its windows were closed, and is not told who it is twice', async () => {
  const first = await contexts.current(undefined, now)
  const [cookie = ''] = first.setCookies
  expect(cookie).toMatch(/^__Host-latchkey_browser=[\w-]{43}; /)
  expect(cookie.split('; ')).toEqual(
    expect.arrayContaining(['Max-Age=34560000', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']),
  )
  const again = await contexts.current(cookie.split(';')[0], now)
  expect(again.browser).toBe(first.browser)
  expect(again.setCookies).toEqual([])
})
