import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { authorizationUrl, introspect, post, revoke, userinfo } from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  application = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('RFC 8725 §3: the header of a token comes from anybody', () => {
  test.each([5, true, null, {}, [], '', '../../keys', 'key_01ARZ3NDEKTSV4RRFFQ69G5FAV'])(
    'RFC 8725 §3.10: a kid of %j is no key of ours, and no fault of ours either',
    async (kid) => {
      const token = `${encode({ alg: 'RS256', typ: 'at+jwt', kid })}.${encode({})}.AAAA`
      expect(await userinfo(app, token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
      expect(await introspect(app, application, token)).toMatchObject({
        status: 200,
        body: { active: false },
      })
      expect(await revoke(app, application, token)).toMatchObject({ status: 200, body: {} })
    },
  )
})

describe('RFC 9110 §15.5.6: endpoints that take POST alone', () => {
  test.each(['/oauth2/token', '/oauth2/introspection', '/oauth2/revoke', '/oauth2/register'])(
    '%s says so to GET',
    async (path) => {
      const response = await fetch(app.issuer + path)
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('POST')
      expect(await response.json()).toMatchObject({ error: 'invalid_request' })
    },
  )
})

describe('RFC 6749 §4.1.2.1: a request too long to carry through the pages', () => {
  test('is invalid_request at the application, with its state', async () => {
    const state = 'x'.repeat(10_000)
    const visited = await createBrowser(app.issuer).get(authorizationUrl(app, application, { state }))
    expect(visited.left).toBe(true)
    expect(visited.url.searchParams.get('error')).toBe('invalid_request')
    expect(visited.url.searchParams.get('state')).toBe(state)
  })
})

describe('the log', () => {
  test('does not hold a secret that was pasted into the wrong parameter', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    const { clientId: client_id, clientSecret: client_secret } = machine
    const url = `${app.issuer}/oauth2/token`
    await post(url, { grant_type: client_secret, client_id, client_secret })
    await post(url, { grant_type: 'client_credentials', scope: client_secret, client_id, client_secret })
    await fetch(authorizationUrl(app, application, { scope: client_secret }), { redirect: 'manual' })
    await fetch(`${app.issuer}/oauth2/authorize%3Fcode=${client_secret}`)
    expect(app.logLines.filter((line) => line.includes(client_secret))).toEqual([])
  })
})
