import { createBrowser } from '../support/browser.ts'
import type { TestUser } from '../support/fixtures.ts'
import { followAuthorization, signIn } from '../support/follow-authorization.ts'

/* Plays the user of a program, in one browser for all that the program wants to have done. */

export interface User {
  /** Opens a URL that a library made. @returns where that led, outside the server. */
  open(url: string): Promise<string>
  /** Opens the page for a device's code and allows it. */
  connect(verificationUri: string, userCode: string): Promise<void>
}

export const userAt = (issuer: string, person: TestUser): User => {
  const browser = createBrowser(issuer)
  return {
    open: async (url) => (await followAuthorization(new URL(url), person, { browser })).href,
    connect: async (verificationUri, userCode) => {
      let visited = await browser.submit(await browser.get(verificationUri), { user_code: userCode })
      if (visited.url.pathname === '/sign-in') visited = await signIn(browser, visited, person)
      visited = await browser.submit(visited, { decision: 'allow' })
      if (visited.status !== 200) throw new Error(`${visited.status} at ${visited.url.pathname}`)
    },
  }
}
