import { describe, expect, test } from 'vitest'
import { demandedValues, parseClaimsRequest, scopesOfClaims } from '../../src/protocol/claims-request.ts'
import { OAuthError } from '../../src/protocol/error.ts'

describe('OIDC Core §5.5: the claims parameter', () => {
  test('OIDC Core §5.5: the example of the specification, less what is not known here', () => {
    const example = {
      userinfo: {
        given_name: { essential: true },
        nickname: null,
        email: { essential: true },
        email_verified: { essential: true },
        picture: null,
        'http://example.info/claims/groups': null,
      },
      id_token: {
        auth_time: { essential: true },
        acr: { values: ['urn:mace:incommon:iap:silver'] },
      },
    }
    const { 'http://example.info/claims/groups': _, ...userinfo } = example.userinfo
    expect(parseClaimsRequest(JSON.stringify(example))).toEqual({ userinfo, id_token: example.id_token })
  })

  test.each([
    ['an empty object', '{}'],
    ['members that are not understood', '{"transaction":{"name":null},"userinfo":{},"id_token":null}'],
    ['claims that are not known', '{"userinfo":{"__proto__":null,"constructor":null,"groups":null}}'],
    [
      'claims of the ID token at the userinfo endpoint',
      '{"userinfo":{"acr":{"essential":true},"auth_time":null}}',
    ],
  ])('OIDC Core §5.5: %s ask for nothing', (_what, text) => {
    expect(parseClaimsRequest(text)).toBeUndefined()
  })

  test('OIDC Core §5.5.1: members of a claim that are not understood are ignored', () => {
    const text = '{"id_token":{"email":{"essential":false,"purpose":"x"},"name":{"value":"Ada","x":1}}}'
    expect(parseClaimsRequest(text)).toEqual({ id_token: { email: null, name: { value: 'Ada' } } })
  })

  test.each([
    '',
    'null',
    '[]',
    '"x"',
    '{"userinfo":',
    '{"userinfo":[]}',
    '{"userinfo":"name"}',
    '{"userinfo":{"name":true}}',
    '{"userinfo":{"name":[]}}',
    '{"userinfo":{"name":{"essential":"yes"}}}',
    '{"userinfo":{"name":{"values":"Ada"}}}',
    `{"userinfo":{"name":{"values":${JSON.stringify(Array(21).fill('x'))}}}}`,
    '{"userinfo":{"name":{"value":"a\\u0000"}}}',
    '{"userinfo":{"name":{"value":"\\ud800"}}}',
    '{"userinfo":{"name":{"value":{"\\u0000":1}}}}',
    `{"userinfo":{"name":{"value":${'['.repeat(1900)}${']'.repeat(1900)}}}}`,
    `{"userinfo":{"name":{"value":"${'x'.repeat(5000)}"}}}`,
  ])('OIDC Core §3.1.2.6: %s is invalid_request', (text) => {
    const thrown = (() => {
      try {
        return parseClaimsRequest(text)
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toBeInstanceOf(OAuthError)
    expect(thrown).toMatchObject({ code: 'invalid_request' })
  })

  test('OIDC Core §5.4: each claim belongs to a scope', () => {
    const request = parseClaimsRequest(
      '{"userinfo":{"name":null,"phone_number":null},"id_token":{"address":null,"acr":null,"nickname":null}}',
    )
    expect(scopesOfClaims(request)).toEqual(['profile', 'phone', 'address'])
    expect(scopesOfClaims(undefined)).toEqual([])
  })

  test('OIDC Core §5.5.1: the values that a claim must have one of', () => {
    expect(demandedValues(undefined)).toBeUndefined()
    expect(demandedValues(null)).toBeUndefined()
    expect(demandedValues({ essential: true })).toBeUndefined()
    expect(demandedValues({ value: 'a' })).toEqual(['a'])
    expect(demandedValues({ values: ['a', 'b'] })).toEqual(['a', 'b'])
    expect(demandedValues({ value: 'b', values: ['a', 'b'] })).toEqual(['b'])
    expect(demandedValues({ value: 'c', values: ['a', 'b'] })).toEqual([])
  })
})
