import { createBrowser, type TestBrowser, type Visited } from './browser.ts'
import type { TestUser } from './fixtures.ts'

const MAXIMUM_PAGES = 5

type Person = Pick<TestUser, 'email' | 'password'>

/** Says who it is, on whichever page of signing in the browser is. @returns the page that asks for the password. */
export const identify = async (
  browser: TestBrowser,
  visited: Visited,
  { email }: Pick<Person, 'email'>,
): Promise<Visited> => {
  const asked = askedFor(visited)
  if (asked === email) return visited
  const first = asked === undefined ? visited : await browser.get(linkOf(visited, 'use-another-account'))
  return browser.submit(first, { email })
}

/** Signs in, page by page, and goes on from there. */
export const signIn = async (browser: TestBrowser, visited: Visited, person: Person): Promise<Visited> =>
  browser.submit(await identify(browser, visited, person), { password: person.password })

/** Whose password the page asks for; undefined if it asks who somebody is. */
export const askedFor = ({ body }: Pick<Visited, 'body'>): string | undefined =>
  /<input[^>]* id="username"[^>]* value="([^"]*)"/
    .exec(body)?.[1]
    ?.replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

/** Where a link leads. */
export const linkOf = ({ body }: Pick<Visited, 'body'>, id: string): string => {
  const [link = ''] = new RegExp(`<a[^>]* id="${id}"[^>]*>`).exec(body) ?? []
  return (/ href="([^"]*)"/.exec(link)?.[1] ?? '').replaceAll('&amp;', '&')
}

/**
 * Opens the authorization URL just as a library made it and does what its user does: signs in, takes the first
 * organization, and decides.
 *
 * @returns where the browser is sent back to, with the answer in its query.
 */
export const followAuthorization = async (
  authorizationUrl: URL,
  user: TestUser,
  {
    browser = createBrowser(authorizationUrl.origin),
    decision = 'allow',
  }: { readonly browser?: TestBrowser; readonly decision?: 'allow' | 'deny' } = {},
): Promise<URL> => {
  let visited = await browser.get(authorizationUrl.href)
  for (let pages = 0; pages < MAXIMUM_PAGES && !visited.left; pages++) {
    switch (visited.url.pathname) {
      case '/sign-in':
        visited = await signIn(browser, visited, user)
        break
      case '/select-organization': {
        const [, first = ''] = /name="organization_id" value="([^"]+)"/.exec(visited.body) ?? []
        visited = await browser.submit(visited, { organization_id: first })
        break
      }
      case '/consent':
        visited = await browser.submit(visited, { decision })
        break
      default:
        throw new Error(`Stuck at ${visited.url.pathname} (${visited.status}): ${visited.body.slice(0, 500)}`)
    }
  }
  if (!visited.left) throw new Error(`Never sent back; last at ${visited.url.pathname}`)
  return visited.url
}
