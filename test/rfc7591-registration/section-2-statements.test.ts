import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { signIn } from '../support/follow-authorization.ts'
import { describeApplication } from '../support/keyed-application.ts'
import { authorizationUrl } from '../support/relying-party.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const consentPage = async (metadata: Parameters<typeof describeApplication>[2]): Promise<string> => {
  const application = await app.fixtures.thirdParty(await app.fixtures.organization())
  await describeApplication(app, application, metadata)
  const browser = createBrowser(app.issuer)
  const signInPage = await browser.get(authorizationUrl(app, application))
  const visited = await signIn(browser, signInPage, await app.fixtures.user())
  expect(visited.url.pathname).toBe('/consent')
  return visited.body
}

test('RFC 7591 §2, OIDC Registration §2: the user is shown where the policy and the terms of the application are', async () => {
  const body = await consentPage({
    policy_uri: 'https://notes.example/privacy?a=1&b=2',
    tos_uri: 'https://notes.example/terms',
  })
  const link = (id: string, uri: string) =>
    `<a id="${id}" href="${uri}" target="_blank" rel="noopener noreferrer">`
  expect(body).toContain(link('application-policy', 'https://notes.example/privacy?a=1&amp;b=2'))
  expect(body).toContain(link('application-terms', 'https://notes.example/terms'))
})

test('an application that says nothing has no such links', async () => {
  const body = await consentPage({})
  expect(body).not.toMatch(/application-(policy|terms)/)
})
