import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { identify } from '../support/follow-authorization.ts'
import {
  type Answer,
  authorizationUrl,
  clientToken,
  credentials,
  introspect,
  newPkce,
  obtainTokens,
  post,
  refresh,
  revoke,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

/** By name. Each makes what it needs, and returns what is to be measured. */
export type Operations = Readonly<Record<string, () => Promise<() => Promise<unknown>>>>

/** A server that is asked for many sign-ins. */
export const startPatientApp = (): Promise<TestApp> =>
  startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })

/** Those of the price list (docs/performance.md), where each thing has been asked for once and the browser is signed in. */
export const operationsOn = async (app: TestApp): Promise<Operations> => {
  const scope = { scope: 'openid profile email offline_access' }
  const user = await app.fixtures.user()
  const web = await app.fixtures.firstParty()
  const machine = await app.fixtures.m2m(await app.fixtures.organization())
  const browser = createBrowser(app.issuer)
  const tokens = (): Promise<Answer> => obtainTokens(app, web, user, scope, browser)
  const fetched = async (path: string) => (await fetch(app.issuer + path)).arrayBuffer()
  // What is read while a change of it is announced is not kept.
  await app.changesHeard()
  await clientToken(app, machine)
  await tokens()
  return {
    'client credentials, warm': async () => () => clientToken(app, machine),
    'client credentials, of an application not seen before': async () => {
      const other = await app.fixtures.m2m(await app.fixtures.organization())
      return () => clientToken(app, other)
    },
    'authorization request of somebody unknown': async () => {
      const stranger = createBrowser(app.issuer)
      const url = authorizationUrl(app, web, { ...newPkce().parameters, ...scope })
      return () => stranger.get(url)
    },
    'code flow, signed in and agreed': async () => tokens,
    'sign-in with a password, to the code': async () => {
      const stranger = createBrowser(app.issuer)
      const url = authorizationUrl(app, web, { ...newPkce().parameters, ...scope })
      const page = await identify(stranger, await stranger.get(url), user)
      return () => stranger.submit(page, { password: user.password })
    },
    refresh: async () => {
      const answer = await tokens()
      return () => refresh(app, web, textOf(answer, 'refresh_token'))
    },
    'introspection of an access token': async () => {
      const token = textOf(await tokens(), 'access_token')
      return () => introspect(app, web, token)
    },
    'introspection of a refresh token': async () => {
      const token = textOf(await tokens(), 'refresh_token')
      return () => introspect(app, web, token)
    },
    'introspection of an unknown token': async () => () => introspect(app, web, 'unknown'),
    userinfo: async () => {
      const token = textOf(await tokens(), 'access_token')
      return () => userinfo(app, token)
    },
    'revocation of a refresh token': async () => {
      const token = textOf(await tokens(), 'refresh_token')
      return () => revoke(app, web, token)
    },
    'pushed authorization request': async () => () =>
      post(`${app.issuer}/oauth2/par`, {
        ...credentials(web),
        ...Object.fromEntries(new URL(authorizationUrl(app, web, newPkce().parameters)).searchParams),
      }),
    'key set': async () => () => fetched('/oauth2/jwks'),
    metadata: async () => () => fetched('/.well-known/openid-configuration'),
  }
}
