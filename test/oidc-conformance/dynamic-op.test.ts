import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { expectErrorPage, issuingNothing, open, signIn, textOf } from '../support/relying-party.ts'
import { CALLBACK, checkTokens, openSuite, redeem, requestOf, type Suite, visit, walk } from './suite.ts'

/*
 * What the Dynamic OP plan (OIDCCDynamicTestPlan) checks beyond Basic OP once a client is registered. Clients are
 * registered by the management API here; that they may register themselves is for the tests of RFC 7591. The plan demands
 * the implicit flow in metadata (OIDC Core §15.2), so it is switched on.
 */

let suite: Suite
beforeAll(async () => {
  suite = await openSuite({ implicit_flow: true })
})
afterAll(() => suite[Symbol.asyncDispose]())

/** What the suite's AddQueryToRedirectUri adds. */
const QUERY = 'dummy1=lorem&dummy2=ipsum'

const clientWith = (...redirectUris: readonly string[]): Promise<TestApplication> =>
  suite.app.fixtures.firstParty({ redirectUris })

const shownTo = async (client: TestApplication, redirectUri: string | undefined) => {
  const request = requestOf(suite, { redirect_uri: redirectUri }, { client })
  const url = `${suite.metadata['authorization_endpoint']}?${new URLSearchParams(request)}`
  return issuingNothing(suite.app, () => open(url))
}

describe('oidcc-dynamic-certification-test-plan', () => {
  test('oidcc-idtoken-rs256', async () => {
    const { tokens } = await walk(suite)
    expect(decodeProtectedHeader(textOf(tokens, 'id_token'))).toMatchObject({
      alg: 'RS256',
      kid: expect.any(String),
    })
  })

  test('oidcc-ensure-redirect-uri-in-authorization-request', async () => {
    expectErrorPage(await shownTo(await clientWith(CALLBACK, `${CALLBACK}/other`), undefined))
  })

  test('oidcc-redirect-uri-query-OK', async () => {
    const client = await clientWith(`${CALLBACK}?${QUERY}`)
    const request = requestOf(suite, {}, { client })
    const browser = createBrowser(suite.app.issuer)
    const { url } = await signIn(browser, await visit(suite, request, browser), suite.user)
    // The query that was registered is retained, whole and first (RFC 6749 §3.1.2).
    expect(url.href.startsWith(`${CALLBACK}?${QUERY}&`)).toBe(true)
    const { code = '', ...others } = Object.fromEntries(url.searchParams)
    expect(others).toEqual({
      dummy1: 'lorem',
      dummy2: 'ipsum',
      state: request['state'],
      iss: suite.app.issuer,
    })
    const form = { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri }
    await checkTokens(suite, await redeem(suite, form, { client }), request, client)
  })

  test('oidcc-redirect-uri-query-mismatch', async () => {
    const client = await clientWith(`${CALLBACK}?${QUERY}`)
    expectErrorPage(await shownTo(client, `${CALLBACK}?dummy1=lorem&dummy2=IPSUM`))
    expectErrorPage(await shownTo(client, CALLBACK))
  })

  test('oidcc-redirect-uri-query-added', async () => {
    expectErrorPage(await shownTo(await clientWith(CALLBACK), `${CALLBACK}?${QUERY}`))
  })

  test('oidcc-redirect-uri-regfrag', async () => {
    const management = await suite.app.management()
    const refused = await management.put(`/connect/applications/${suite.client.id}`, {
      redirect_uris: [{ uri: `${CALLBACK}#foobar` }],
    })
    expect(refused.status).toBe(422)
  })

  test('OIDCCCheckDiscEndpointResponseTypesSupportedDynamic, …GrantTypesSupportedDynamic', () => {
    const { response_types_supported: responseTypes, grant_types_supported: grantTypes } = suite.metadata
    expect(responseTypes).toEqual(expect.arrayContaining(['code', 'id_token', 'id_token token']))
    expect(grantTypes).toEqual(expect.arrayContaining(['authorization_code', 'implicit']))
  })

  test('oidcc-discovery-endpoint-verification: config-op.test.ts; pairwise subjects are offered', () => {
    expect(suite.metadata['subject_types_supported']).toContain('pairwise')
  })

  test('oidcc-server-rotate-keys', async () => {
    const { tokens: before } = await walk(suite)
    const kidsOf = async () => {
      const { keys } = (await (await fetch(String(suite.metadata['jwks_uri']))).json()) as {
        keys: readonly { readonly kid: string }[]
      }
      return keys.map(({ kid }) => kid)
    }
    const published = await kidsOf()
    const management = await suite.app.management()
    const rotated = await management.post('/latchkey/v1/signing_keys/rotate', { algorithm: 'RS256' })
    expect(rotated.status).toBeLessThan(300)
    const after = await kidsOf()
    // There is a new key, and the old ones are there still.
    expect(after.length).toBeGreaterThan(published.length)
    expect(after).toEqual(expect.arrayContaining(published))
    expect(after).toContain(decodeProtectedHeader(textOf(before, 'id_token')).kid)
  })
})
