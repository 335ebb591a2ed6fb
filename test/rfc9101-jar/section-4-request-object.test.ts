import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { type KeyedApplication, pushed, requestObject, withKey } from '../support/keyed-application.ts'
import { type Answer, authorize, redeem } from '../support/relying-party.ts'
import { accessTokenClaimsOf, registerResources } from '../support/resources.ts'

const API = 'https://api.example.com/'
const OTHER = 'https://other.example.com/'
const TYPE = 'files'

let app: TestApp
let application: KeyedApplication
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [API, OTHER])
  const management = await app.management()
  const types = [{ type: TYPE, title: 'Read files' }]
  const set = await management.patch('/latchkey/v1/settings', { authorization_details_types: types })
  expect(set.status, JSON.stringify(set.body)).toBe(200)
  application = await withKey(app, await app.fixtures.firstParty(), { authorization_details_types: [TYPE] })
  signedIn = createBrowser(app.issuer)
  await authorize(app, await app.fixtures.firstParty(), await app.fixtures.user(), {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

/** By both doors: what is asked for in the object, and what came of it. */
const tokensOf = async (changes: Readonly<Record<string, unknown>>) => {
  const object = await requestObject(app, application, changes)
  const query = new URLSearchParams({ client_id: application.clientId, request: object })
  const urls = [
    `${app.issuer}/oauth2/authorize?${query}`,
    await pushed(app, application, { request: object }),
  ]
  const tokens: Answer[] = []
  for (const url of urls) {
    const answer = (await signedIn.get(url)).url.searchParams
    expect(answer.get('error_description')).toBeNull()
    tokens.push(await redeem(app, application, answer.get('code') ?? ''))
  }
  return tokens
}

describe('RFC 9101 §4: parameters that are more than text', () => {
  test('RFC 8707 §2: resource is text, or a list of it', async () => {
    for (const tokens of await tokensOf({ resource: API }))
      expect(accessTokenClaimsOf(tokens)['aud']).toBe(API)
    for (const tokens of await tokensOf({ resource: [API] }))
      expect(accessTokenClaimsOf(tokens)['aud']).toBe(API)
  })

  test('RFC 9396 §3: authorization_details is a list of objects', async () => {
    const details = [{ type: TYPE, actions: ['read'], identifier: 'a' }]
    for (const tokens of await tokensOf({ authorization_details: details })) {
      expect(tokens.body['authorization_details']).toEqual(details)
    }
  })
})
