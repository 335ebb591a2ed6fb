import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import type { IdentityProviderObject } from '../../src/objects/identity-provider.ts'
import { startTestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import { type ForeignProvider, startForeignProvider } from '../support/identity-provider.ts'
import { authorizationUrl, credentials, post, textOf } from '../support/relying-party.ts'

export const PROVIDERS = '/latchkey/v1/identity_providers'

/** A server with a provider that anybody may sign in at, and an application that people come from. */
export const openUpstreamRoom = async () => {
  const app = await startTestApp({ settings: { LATCHKEY_OUTBOUND_ALLOWED_HOSTS: '127.0.0.1' } })
  const provider = await startForeignProvider(app.clock)
  const management = await app.management()
  const application = await app.fixtures.firstParty()

  const register = async (fields: Readonly<Record<string, unknown>>): Promise<IdentityProviderObject> => {
    const { status, body } = await management.post(PROVIDERS, {
      issuer: provider.issuer,
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      ...fields,
    })
    expect(status).toBe(201)
    await app.changesHeard()
    return body as IdentityProviderObject
  }
  const anybodys = await register({ name: 'Contoso' })

  const begin = (browser: TestBrowser, parameters = {}): Promise<Visited> =>
    browser.get(authorizationUrl(app, application, parameters))

  const chooseProvider = (browser: TestBrowser, visited: Visited, { id } = anybodys): Promise<Visited> =>
    browser.submit(visited, { provider: id })

  /** Signs in there as this person, and comes back. */
  const comeBack = async (browser: TestBrowser, sent: Visited, person: ForeignProvider['next']) => {
    expect(sent.url.origin).toBe(provider.issuer)
    provider.next = person
    return browser.get((await provider.signIn(sent.url)).href)
  }

  const throughProvider = async (person: ForeignProvider['next'], browser = createBrowser(app.issuer)) => {
    const sent = await chooseProvider(browser, await begin(browser))
    return comeBack(browser, sent, person)
  }

  /** Whom the application gets to know. */
  const subjectOf = async (visited: Visited): Promise<unknown> => {
    expect(visited.left, visited.body).toBe(true)
    const code = visited.url.searchParams.get('code')
    const answer = await post(`${app.issuer}/oauth2/token`, {
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: application.redirectUri,
      ...credentials(application),
    })
    return decodeJwt(textOf(answer, 'id_token'))
  }

  let number = 0
  const somebody = () => {
    number += 1
    return { sub: `there-${number}`, email: `person${number}@example.com`, email_verified: true }
  }

  return {
    ...{ app, provider, management, application, anybodys, somebody },
    ...{ register, begin, chooseProvider, comeBack, throughProvider, subjectOf },
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]()
      await provider[Symbol.asyncDispose]()
    },
  }
}
