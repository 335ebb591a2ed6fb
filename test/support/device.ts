import type { TestApp } from './app.ts'
import { createBrowser, type TestBrowser, type Visited } from './browser.ts'
import type { TestApplication, TestUser } from './fixtures.ts'
import { signIn } from './follow-authorization.ts'
import { type Answer, credentials, post, textOf } from './relying-party.ts'

/* A device that waits, and a person who comes with its code. */

export const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

export interface Device {
  readonly deviceCode: string
  /** As it is shown. */
  readonly userCode: string
}

type Changes = Readonly<Record<string, string>>

/** RFC 8628 §3.1, as the endpoint answers it. */
export const askForCodes = (
  { issuer }: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  changes: Changes = {},
): Promise<Answer> =>
  post(`${issuer}/oauth2/device_authorization`, {
    scope: 'openid',
    ...credentials(application),
    ...changes,
  })

export const newDevice = async (
  app: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  changes: Changes = {},
): Promise<Device> => {
  const answer = await askForCodes(app, application, changes)
  return { deviceCode: textOf(answer, 'device_code'), userCode: textOf(answer, 'user_code') }
}

/** RFC 8628 §3.4 */
export const poll = (
  { issuer }: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  { deviceCode }: Pick<Device, 'deviceCode'>,
  changes: Changes = {},
): Promise<Answer> =>
  post(`${issuer}/oauth2/token`, {
    grant_type: DEVICE_CODE_GRANT,
    device_code: deviceCode,
    ...credentials(application),
    ...changes,
  })

/** Types the code on the page for it. @returns where that leads. */
export const enterCode = async (browser: TestBrowser, userCode: string): Promise<Visited> =>
  browser.submit(await browser.get('/device'), { user_code: userCode })

/** Comes with the code, signs in and chooses where asked. @returns the page that asks for the decision. */
export const comeWithCode = async (
  app: Pick<TestApp, 'issuer'>,
  { userCode }: Pick<Device, 'userCode'>,
  user: TestUser,
  browser: TestBrowser = createBrowser(app.issuer),
): Promise<Visited> => {
  let visited = await enterCode(browser, userCode)
  if (visited.url.pathname === '/sign-in') visited = await signIn(browser, visited, user)
  if (visited.url.pathname === '/select-organization') {
    const [, first = ''] = /name="organization_id" value="([^"]+)"/.exec(visited.body) ?? []
    visited = await browser.submit(visited, { organization_id: first })
  }
  if (visited.url.pathname !== '/consent')
    throw new Error(`Stuck at ${visited.url.pathname} (${visited.status}): ${visited.body.slice(0, 500)}`)
  return visited
}

/** The whole way of a person, to the page that says they are done. */
export const decide = async (
  app: Pick<TestApp, 'issuer'>,
  device: Pick<Device, 'userCode'>,
  user: TestUser,
  decision: 'allow' | 'deny' = 'allow',
  browser: TestBrowser = createBrowser(app.issuer),
): Promise<Visited> => browser.submit(await comeWithCode(app, device, user, browser), { decision })

/** A device that has got its tokens. */
export const connectDevice = async (
  app: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  user: TestUser,
  changes: Changes = {},
): Promise<Answer> => {
  const device = await newDevice(app, application, changes)
  await decide(app, device, user)
  return poll(app, application, device)
}
