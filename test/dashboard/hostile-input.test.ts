import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminAt, openPortalOf } from '../portal/portal-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestBrowser, Visited } from '../support/browser.ts'
import { operatorAt } from './dashboard-room.ts'

/*
 * Every form and every list of the dashboard and of the portal that can be reached by links, with what nobody would type in
 * good faith. Nothing of it may be an error of the server, and none of it may become part of a page but as text.
 */

const MARK = 'x9q7'

const hostile: Readonly<Record<string, string>> = {
  HTML: `"><script>${MARK}</script><img src=x onerror=${MARK}>'`,
  'a script as an address': `javascript:${MARK}//https://`,
  'control characters': `a\u0001\u0007\u001b[31m\r\nSet-Cookie: ${MARK}=1`,
  NUL: `a\u0000${MARK}`,
  'text that runs backwards': `\u202e${MARK}\u2066`,
  'half a character': `${MARK}\ud800`,
  '100,000 characters': MARK.repeat(25_000),
  SQL: `'; drop table application; -- ${MARK}`,
  braces: `{{ ${MARK} }} \${${MARK}} {% ${MARK} %}`,
  'a large number': '99999999999999999999',
  'a negative number': '-1',
  JSON: `{"a": [${'['.repeat(500)}`,
}

let app: TestApp
let organization: Awaited<ReturnType<TestApp['fixtures']['organization']>>
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  await openPortalOf(app)
  const management = await app.management()
  organization = await app.fixtures.organization('Globex')
  await app.fixtures.permission('a:permission')
  await app.fixtures.user()
  await management.post('/authorization/roles', { slug: 'a-role', name: 'A role' })
  await management.post('/webhook_endpoints', {
    endpoint_url: 'https://hooks.example.com',
    events: ['user.created'],
  })
  await management.post('/latchkey/v1/api_keys', { name: 'A key', permissions: ['users:read'] })
  await management.post('/latchkey/v1/login_uris', {
    name: 'A login page',
    uri: 'https://login.example.com/',
    organization_id: organization,
  })
  await management.post('/latchkey/v1/identity_providers', {
    ...{ name: 'A provider', issuer: 'https://accounts.example.com', client_id: 'x', client_secret: 'y' },
  })
  await app.fixtures.firstParty()
  await app.fixtures.m2m(organization)
})
afterAll(() => app[Symbol.asyncDispose]())

/** A path with what differs from thing to thing taken out: one page of each kind is looked at. */
const kindOf = (path: string): string => path.replaceAll(/\/[a-z_]+_[0-9A-HJKMNP-TV-Z]{26}/g, '/:id')

/** Pages that links lead to, one of each kind. */
const crawl = async (browser: TestBrowser, start: string): Promise<Visited[]> => {
  const found = new Map<string, Visited>()
  const waiting = [start]
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const kind = kindOf(path)
    if (found.has(kind)) continue
    const visited = await browser.get(path)
    found.set(kind, visited)
    for (const [, href = ''] of visited.body.matchAll(/href="([^"#?]*)/g)) {
      if (new URL(href, app.issuer).pathname.startsWith(start) && !href.includes('export')) waiting.push(href)
    }
  }
  return [...found.values()]
}

/** Forms with something to fill in. What is typed to confirm is left: it decides, and is not kept. */
const formsOf = ({ body }: Visited): { readonly action: string; readonly names: readonly string[] }[] =>
  [...body.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)]
    .filter(
      ([, attributes = '']) => attributes.includes('method="post"') && !attributes.includes('multipart'),
    )
    .map(([, attributes = '', content = '']) => ({
      action: /action="([^"]*)"/.exec(attributes)?.[1] ?? '',
      names: [
        ...new Set(
          [...content.matchAll(/<(input|textarea|select)\b([^>]*)>/g)].flatMap(([, , given = '']) => {
            const name = /\bname="([^"]*)"/.exec(given)?.[1]
            return name === undefined || /type="(hidden|submit)"/.test(given) ? [] : [name]
          }),
        ),
      ],
    }))
    .filter(({ names }) => names.length > 0)

const harmless = (visited: Visited, what: string): void => {
  if (visited.left) return
  expect(visited.status, what).toBeLessThan(500)
  expect(visited.body.includes(`<script>${MARK}`), what).toBe(false)
  expect(visited.body.includes(`<img src=x`), what).toBe(false)
  expect(/href="javascript:/i.test(visited.body), what).toBe(false)
  expect(visited.headers.getSetCookie().join(), what).not.toContain(MARK)
  // As the validator has it for programmers.
  expect(/Too (big|small):|Invalid (input|option|string|ISO|key|element)/.test(visited.body), what).toBe(
    false,
  )
}

test.each([
  ['the dashboard', '/dashboard', () => operatorAt(app, 'owner')],
  ['the portal', '/developers', () => adminAt(app, organization)],
] as const)(
  'no form and no list of %s breaks, whatever is typed',
  async (_where, start, signIn) => {
    const { browser } = await signIn()
    const pages = await crawl(browser, start)
    expect(pages.length).toBeGreaterThan(start === '/dashboard' ? 40 : 4)
    let forms = 0
    for (const page of pages) {
      expect(page.status, page.url.pathname).toBe(200)
      for (const [kind, value] of Object.entries(hostile)) {
        for (const parameter of ['before', 'after', 'q']) {
          const query = new URLSearchParams({ [parameter]: value.slice(0, 2000) })
          harmless(await browser.get(`${page.url.pathname}?${query}`), `${page.url} ${parameter}: ${kind}`)
        }
      }
      for (const { action, names } of formsOf(page)) {
        forms += 1
        const target = new URL(action, page.url)
        const all = async (value: string) => {
          const csrf = /name="csrf_token" value="([^"]*)"/.exec(page.body)?.[1] ?? ''
          const body = new URLSearchParams({ csrf_token: csrf })
          for (const name of names) body.append(name, value)
          const cookie = [...browser.cookies].map(([name, held]) => `${name}=${held}`).join('; ')
          const headers = { cookie, origin: app.issuer, 'sec-fetch-site': 'same-origin' }
          const response = await fetch(target, { method: 'POST', body, headers, redirect: 'manual' })
          const text = await response.text()
          return { url: target, status: response.status, body: text, headers: response.headers, left: false }
        }
        for (const [kind, value] of Object.entries(hostile)) {
          harmless(await all(value), `${target.pathname} ${names.join()}: ${kind}`)
        }
      }
    }
    // What was taken is shown as what it is.
    for (const page of await crawl(browser, start)) harmless(page, page.url.pathname)
    expect(forms).toBeGreaterThan(start === '/dashboard' ? 25 : 3)
  },
  120_000,
)
