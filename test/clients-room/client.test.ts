import { describe, expect, test } from 'vitest'
import {
  allowedGrantTypes,
  allowsGrant,
  allowsScope,
  defaultRedirectUri,
  isConfidential,
  scopesRefused,
} from '../../src/clients/client.ts'

const uri = (name: string, isDefault = false) => ({ uri: `https://app.example.com/${name}`, isDefault })

describe('a client', () => {
  test('RFC 6749 §2.1: is confidential unless public', () => {
    expect(isConfidential({ isPublic: false })).toBe(true)
    expect(isConfidential({ isPublic: true })).toBe(false)
  })

  const unprivileged = {
    metadata: {},
    isFirstParty: false,
    isPublic: false,
    wasDynamicallyRegistered: false,
  } as const
  const oauth = { type: 'oauth', ...unprivileged } as const
  const m2m = { type: 'm2m', ...unprivileged } as const

  test('RFC 6749 §4.4: acts for users or for itself, never both', () => {
    expect(allowedGrantTypes(oauth)).toEqual([
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ])
    expect(allowedGrantTypes(m2m)).toEqual(['client_credentials'])
    expect(allowsGrant(oauth, 'client_credentials')).toBe(false)
    expect(allowsGrant(m2m, 'client_credentials')).toBe(true)
    expect(allowsGrant(m2m, 'refresh_token')).toBe(false)
  })

  test('RFC 8693 §1: exchanges tokens if it is the operator’s and has a secret', () => {
    const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
    expect(allowsGrant({ ...oauth, isFirstParty: true }, exchange)).toBe(true)
    expect(allowsGrant({ ...oauth, isFirstParty: true, isPublic: true }, exchange)).toBe(false)
    expect(allowsGrant(oauth, exchange)).toBe(false)
    expect(allowsGrant(m2m, exchange)).toBe(false)
  })

  test('RFC 6749 §3.3: may ask for the standard scopes and those assigned to it', () => {
    const assigned = { scopes: ['posts:read'] }
    expect(allowsScope(assigned, 'offline_access')).toBe(true)
    expect(allowsScope(assigned, 'posts:read')).toBe(true)
    expect(scopesRefused(assigned, ['openid', 'posts:read', 'posts:write', 'admin'])).toEqual([
      'posts:write',
      'admin',
    ])
  })

  test('RFC 6749 §3.3: an application by itself may name the standard scopes too, as the published example does', () => {
    expect(scopesRefused({ scopes: ['posts:read'] }, ['posts:read', 'openid', 'profile', 'email'])).toEqual(
      [],
    )
  })

  test('RFC 6749 §3.1.2.3: without a redirect_uri goes to the default one or the only one', () => {
    expect(defaultRedirectUri({ redirectUris: [] })).toBeUndefined()
    expect(defaultRedirectUri({ redirectUris: [uri('only')] })).toBe(uri('only').uri)
    expect(defaultRedirectUri({ redirectUris: [uri('a'), uri('b', true)] })).toBe(uri('b').uri)
    expect(defaultRedirectUri({ redirectUris: [uri('a'), uri('b')] })).toBeUndefined()
  })
})
