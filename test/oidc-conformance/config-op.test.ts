import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerOf } from '../support/relying-party.ts'
import { openSuite, type Suite } from './suite.ts'

let suite: Suite
beforeAll(async () => {
  suite = await openSuite()
})
afterAll(() => suite[Symbol.asyncDispose]())

const listed = (name: string): readonly string[] => suite.metadata[name] as string[]

/** OIDCCConfigTestPlan has one module, of many conditions. */
describe('oidcc-config-certification-test-plan: oidcc-discovery-endpoint-verification', () => {
  test('EnsureDiscoveryEndpointResponseStatusCodeIs200, CheckDiscoveryEndpointReturnedJsonContentType', async () => {
    const response = await fetch(`${suite.app.issuer}/.well-known/openid-configuration`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json(;|$)/)
  })

  test('CheckDiscEndpointIssuer', () => {
    expect(suite.metadata['issuer']).toBe(suite.app.issuer)
  })

  test('OIDCCCheckDiscEndpointResponseTypesSupported, …GrantTypesSupported', () => {
    expect(listed('response_types_supported')).toEqual(['code'])
    expect(listed('grant_types_supported')).toContain('authorization_code')
  })

  test('CheckDiscEndpointSubjectTypesSupported', () => {
    expect(listed('subject_types_supported')).toEqual(['public', 'pairwise'])
  })

  test('OIDCCCheckDiscEndpointIdTokenSigningAlgValuesSupported', () => {
    expect(listed('id_token_signing_alg_values_supported')).toContain('RS256')
  })

  test('CheckDiscEndpointRequestObjectSigningAlgValuesSupportedIncludesRS256 (a warning)', () => {
    expect(listed('request_object_signing_alg_values_supported')).toContain('RS256')
  })

  test('OIDCCCheckDiscEndpointClaimsSupported (a warning), CheckDiscEndpointClaimsParameterSupported', () => {
    expect(listed('claims_supported')).toEqual(expect.arrayContaining(['sub', 'name', 'address', 'acr']))
    expect(suite.metadata['claims_parameter_supported']).toBe(true)
  })

  test('CheckDiscEndpointScopesSupportedContainsOpenId, …Syntax', () => {
    expect(listed('scopes_supported')).toContain('openid')
    for (const scope of listed('scopes_supported')) expect(scope).toMatch(/^[\x21\x23-\x5B\x5D-\x7E]+$/)
  })

  test('CheckDiscEndpointLocalesSyntax, …CanonicalCasing (a warning)', () => {
    const tags = listed('ui_locales_supported')
    expect(tags.map((tag) => new Intl.Locale(tag).toString())).toEqual(tags)
  })

  test('CheckDiscEndpointAllEndpointsAreHttps: https wherever the issuer is; here each is below it', () => {
    const endpoints = Object.entries(suite.metadata).filter(([name]) => /(_endpoint|_uri)$/.test(name))
    expect(endpoints.map(([name]) => name)).toEqual(
      expect.arrayContaining(['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri']),
    )
    for (const [, url] of endpoints) expect(url).toMatch(new RegExp(`^${suite.app.issuer}/`))
  })

  test('CheckJwksUri, ValidateJwksSequence, CheckDistinctKeyIdValueInServerJWKs', async () => {
    const { status, body } = await answerOf(await fetch(String(suite.metadata['jwks_uri'])))
    expect(status).toBe(200)
    const keys = body['keys'] as readonly Readonly<Record<string, unknown>>[]
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
    for (const key of keys) {
      expect(key).toMatchObject({ kty: expect.any(String), use: 'sig', alg: expect.any(String) })
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(member)
    }
  })

  test('EnsureServerConfigurationCodeChallengeMethodsSupportedIsAnArray', () => {
    expect(listed('code_challenge_methods_supported')).toEqual(['S256'])
  })
})
