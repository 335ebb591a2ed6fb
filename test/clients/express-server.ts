import { createServer } from 'node:http'
import express, { type Express as ExpressApplication } from 'express'
import session from 'express-session'
import passport from 'passport'
import { createBrowser } from '../support/browser.ts'
import type { TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'

/** An Express application that listens; its routes may come later, when it is known under which origin. */
export interface ExpressServer extends AsyncDisposable {
  readonly express: ExpressApplication
  readonly origin: string
}

export const startExpress = async (): Promise<ExpressServer> => {
  const application = express()
  const server = createServer(application)
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    express: application,
    origin: `http://localhost:${address.port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

/**
 * Passport with one strategy and sessions, as the documentation of both sets them up: the routes `/login`,
 * `/callback` and `/failed`, and a home page that says who is signed in. The cookie has the name it has unless
 * somebody changes it.
 */
export const usePassport = ({ express: application }: ExpressServer, strategy: passport.Strategy): void => {
  const users = new passport.Passport()
  const name = 'latchkey'
  users.use(name, strategy)
  users.serializeUser((user, done) => done(null, user))
  users.deserializeUser((user: Express.User, done) => done(null, user))

  application.use(
    session({ secret: 'a secret of the application', resave: false, saveUninitialized: false }),
    users.initialize(),
    users.session(),
  )
  application.get('/login', users.authenticate(name))
  application.get('/callback', users.authenticate(name, { successRedirect: '/', failureRedirect: '/failed' }))
  application.get('/failed', (_request, response) => void response.status(403).send('not signed in'))
  application.get('/', (request, response) => void response.json(request.user ?? null))
}

/** Signs a user in to such an application, and returns what its home page says. */
export const signInTo = async (
  origin: string,
  user: TestUser,
  decision: 'allow' | 'deny' = 'allow',
): Promise<{
  readonly status: number
  readonly body: string
  readonly path: string
  readonly authorizationUrl: URL
  /** Names of the cookies the application and the authorization server have set. */
  readonly cookieNames: { readonly application: string[]; readonly server: string[] }
}> => {
  const inApplication = createBrowser(origin)
  const login = await inApplication.get(`${origin}/login`)
  if (!login.left) throw new Error(`/login answered ${login.status}: ${login.body.slice(0, 500)}`)
  const browser = createBrowser(login.url.origin)
  const callback = await followAuthorization(login.url, user, { browser, decision })
  const { status, body, url } = await inApplication.get(callback.href)
  return {
    status,
    body,
    path: url.pathname,
    authorizationUrl: login.url,
    cookieNames: {
      application: [...inApplication.cookies.keys()],
      server: [...browser.cookies.keys()],
    },
  }
}
