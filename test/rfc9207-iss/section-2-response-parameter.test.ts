import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { switchImplicit } from '../support/implicit.ts'
import { pushed } from '../support/keyed-application.ts'
import { authorizationUrl, authorize } from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  // For the modes that are there with it.
  await switchImplicit(app)
  application = await app.fixtures.firstParty()
  signedIn = createBrowser(app.issuer)
  await authorize(app, application, await app.fixtures.user(), {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

const inFragment = ({ hash }: URL) => new URLSearchParams(hash.slice(1))

const issuers: Readonly<Record<string, (answer: { url: URL; body: string }) => readonly string[]>> = {
  query: ({ url }) => url.searchParams.getAll('iss'),
  fragment: ({ url }) => inFragment(url).getAll('iss'),
  form_post: ({ body }) => [...body.matchAll(/name="iss" value="([^"]*)"/g)].map(([, value = '']) => value),
  jwt: ({ url }) => [String(decodeJwt(url.searchParams.get('response') ?? '').iss)],
  'query.jwt': ({ url }) => [String(decodeJwt(url.searchParams.get('response') ?? '').iss)],
  'fragment.jwt': ({ url }) => [String(decodeJwt(inFragment(url).get('response') ?? '').iss)],
  'form_post.jwt': ({ body }) => [
    String(decodeJwt(/name="response" value="([^"]+)"/.exec(body)?.[1] ?? '').iss),
  ],
}

const metadata = async () =>
  (await (await fetch(`${app.issuer}/.well-known/oauth-authorization-server`)).json()) as Record<
    string,
    unknown
  >

describe('RFC 9207 §2: iss in every answer', () => {
  test('RFC 9207 §2: there is no mode that this test does not know', async () => {
    expect((await metadata())['response_modes_supported']).toEqual(Object.keys(issuers))
  })

  test.each(Object.entries(issuers))(
    'RFC 9207 §2: once, in a code and in an error, by %s',
    async (response_mode, issuersOf) => {
      const { issuer } = await metadata()
      const granted = await signedIn.get(authorizationUrl(app, application, { response_mode }))
      const refused = await signedIn.get(authorizationUrl(app, application, { response_mode, scope: 'x' }))
      const byPush = await signedIn.get(await pushed(app, application, { response_mode }))
      for (const answer of [granted, refused, byPush]) expect(issuersOf(answer)).toEqual([issuer])
    },
  )
})
