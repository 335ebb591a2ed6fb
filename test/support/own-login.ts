import { expect } from 'vitest'
import type { TestApp } from './app.ts'
import { createBrowser, type TestBrowser, type Visited } from './browser.ts'
import type { TestApplication } from './fixtures.ts'
import { authorizationUrl } from './relying-party.ts'

/* Standalone: the operator's own login page, as far as the server can tell. */

/** Nobody is there; it has a query of its own. */
export const LOGIN_URI = 'https://login.example.com/start?theme=dark%20blue'

/** People sign in there from now on; null: here again. */
export const setLoginUri = async (
  app: Pick<TestApp, 'management'>,
  uri: string | null = LOGIN_URI,
): Promise<void> => {
  const management = await app.management(['environment:write'])
  const { status } = await management.patch('/latchkey/v1/settings', { standalone_login_uri: uri })
  expect(status).toBe(200)
}

/** The ID that the browser brought to the login page. */
export const externalAuthIdOf = ({ url, left }: Visited): string => {
  expect({ left, to: `${url.origin}${url.pathname}` }).toEqual({
    left: true,
    to: 'https://login.example.com/start',
  })
  return url.searchParams.get('external_auth_id') ?? ''
}

/** A browser that was sent to sign in there. */
export const sentToLogin = async (
  app: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  parameters: Readonly<Record<string, string>> = {},
  browser: TestBrowser = createBrowser(app.issuer),
): Promise<{ readonly browser: TestBrowser; readonly externalAuthId: string }> => {
  const visited = await browser.get(authorizationUrl(app, application, parameters))
  return { browser, externalAuthId: externalAuthIdOf(visited) }
}

let count = 0

/** Somebody the operator knows. */
export const somebody = (changes: Readonly<Record<string, unknown>> = {}) => {
  count += 1
  return { id: `person-${count}`, email: `person${count}@example.com`, ...changes }
}

/** Completes it by hand. */
export const complete = async (
  app: Pick<TestApp, 'management'>,
  externalAuthId: string,
  user: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> => {
  const management = await app.management(['users:write'])
  const { status, body } = await management.post('/authkit/oauth2/complete', {
    external_auth_id: externalAuthId,
    user,
    ...more,
  })
  return { status, body: body as Record<string, unknown> }
}

/** The same where it has to work. @returns where the browser is to be sent. */
export const completed = async (
  app: Pick<TestApp, 'management'>,
  externalAuthId: string,
  user: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  const { status, body } = await complete(app, externalAuthId, user, more)
  expect({ status, body }).toEqual({ status: 200, body: { redirect_uri: expect.any(String) } })
  return String(body['redirect_uri'])
}
