import { createBrowser, type TestBrowser, type Visited } from './browser.ts'
import type { TestUser } from './fixtures.ts'

const MAXIMUM_PAGES = 5

/** Fills in the sign-in page and goes on from there. */
export const signIn = (browser: TestBrowser, visited: Visited, user: TestUser): Promise<Visited> =>
  browser.submit(visited, { email: user.email, password: user.password })

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
