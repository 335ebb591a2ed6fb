import { ExpressAuth, type ExpressAuthConfig, getSession } from '@auth/express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { type ExpressServer, startExpress } from './express-server.ts'

/* Auth.js with a provider of type oidc, which needs the issuer alone. */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const serve = async (checks: ('pkce' | 'state' | 'nonce')[]): Promise<ExpressServer> => {
  const server = await startExpress()
  const application = await app.fixtures.firstParty({
    redirectUris: [`${server.origin}/auth/callback/latchkey`],
  })
  const config: ExpressAuthConfig = {
    secret: 'a secret of the application, which is long enough',
    trustHost: true,
    providers: [
      {
        id: 'latchkey',
        name: 'Latchkey',
        type: 'oidc',
        issuer: app.issuer,
        clientId: application.clientId,
        clientSecret: application.clientSecret,
        checks,
        authorization: { params: { scope: 'openid profile email' } },
      },
    ],
    callbacks: {
      // Without an adapter it makes up user IDs of its own; the subject is that of the account.
      jwt: ({ token, account }) => (account ? { ...token, sub: account.providerAccountId } : token),
      session: ({ session, token }) => ({ ...session, user: { ...session.user, id: token.sub ?? '' } }),
    },
  }
  // It reads its base path from the first group, which in Express 5 only an expression has.
  server.express.use(/^\/auth\/(.*)$/, ExpressAuth(config))
  server.express.get('/', async (request, response) => {
    response.json((await getSession(request, config)) ?? null)
  })
  return server
}

const signInTo = async (origin: string, user: TestUser) => {
  const browser = createBrowser(origin)
  const page = await browser.get(`${origin}/auth/signin`)
  const login = await browser.submit(page, {})
  expect(login.left, login.body).toBe(true)
  const callback = await followAuthorization(login.url, user)
  const home = await browser.get(callback.href)
  expect(home.url.pathname).toBe('/')
  return { session: JSON.parse(home.body) as Record<string, unknown>, authorizationUrl: login.url }
}

describe('Auth.js', () => {
  test.each([{ checks: ['pkce', 'state', 'nonce'] as const }, { checks: ['state'] as const }])(
    'a user signs in, with $checks checked',
    async ({ checks }) => {
      await using server = await serve([...checks])
      const user = await app.fixtures.user({ firstName: 'Grace', lastName: 'Hopper' })
      const { session, authorizationUrl } = await signInTo(server.origin, user)
      expect(session).toMatchObject({ user: { id: user.id, name: 'Grace Hopper', email: user.email } })
      expect(authorizationUrl.searchParams.has('code_challenge')).toBe(checks.length === 3)
    },
  )
})
