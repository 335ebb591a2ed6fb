import { expect } from 'vitest'
import type { TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import type { TestUser } from '../support/fixtures.ts'
import { signIn } from '../support/follow-authorization.ts'

/** Signs in for a page of the account, and arrives there. */
export const signedInAt = async (
  app: Pick<TestApp, 'issuer'>,
  user: TestUser,
  path = '/account',
  browser: TestBrowser = createBrowser(app.issuer),
): Promise<{ readonly browser: TestBrowser; readonly visited: Visited }> => {
  const visited = await signIn(browser, await browser.get(path), user)
  expect({ path: visited.url.pathname, status: visited.status }).toEqual({ path, status: 200 })
  return { browser, visited }
}

/** The content of the element with that ID, without its markup. */
export const textIn = ({ body }: Pick<Visited, 'body'>, id: string): string =>
  (new RegExp(`<(\\w+)[^>]*\\bid="${id}"[^>]*>([\\s\\S]*?)</\\1>`).exec(body)?.[2] ?? '').replaceAll(
    /<[^>]*>/g,
    '',
  )

export const noticeOn = (visited: Pick<Visited, 'body'>): string => textIn(visited, 'notice')

/** The value of a field. */
export const fieldValue = ({ body }: Pick<Visited, 'body'>, id: string): string | undefined =>
  new RegExp(`<input[^>]*\\bid="${id}"[^>]*>`).exec(body)?.[0].match(/\bvalue="([^"]*)"/)?.[1]

/** Where the link with that ID leads. */
export const hrefOf = ({ body }: Pick<Visited, 'body'>, id: string): string | undefined =>
  new RegExp(`<a[^>]*\\bid="${id}"[^>]*>`).exec(body)?.[0].match(/\bhref="([^"]*)"/)?.[1]

/** The IDs of the sessions that can be ended one by one. */
export const endable = ({ body }: Pick<Visited, 'body'>): string[] =>
  [...body.matchAll(/name="end" value="(session_[^"]+)"/g)].map(([, id = '']) => id)

/** Sends a form that stands on no page. */
export const post = async (
  app: Pick<TestApp, 'issuer'>,
  { cookies }: TestBrowser,
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = { origin: app.issuer, 'sec-fetch-site': 'same-origin' },
) => {
  const response = await fetch(app.issuer + path, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; '), ...headers },
    redirect: 'manual',
  })
  return { status: response.status, location: response.headers.get('location'), body: await response.text() }
}

export const csrfTokenOn = ({ body }: Pick<Visited, 'body'>): string =>
  /name="csrf_token" value="([^"]+)"/.exec(body)?.[1] ?? ''
