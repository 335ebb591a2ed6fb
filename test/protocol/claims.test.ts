import { expect, test } from 'vitest'
import { userClaimsSchema } from '../../src/objects/user-claims.ts'
import { claimDefinitions, type Profile, scopeOfClaim, userClaims } from '../../src/protocol/claims.ts'
import { standardClaimsSchema } from '../../src/users/standard-claims.ts'

const nobody: Profile = {
  email: 'ada@example.com',
  emailVerified: false,
  name: null,
  firstName: null,
  lastName: null,
  locale: null,
  pictureUrl: null,
  updatedAt: new Date(1_234_567_890_123),
  claims: {},
}

test('OIDC Core §5.1: what can be set of a user is a claim, and is shown', () => {
  const settable = Object.keys(standardClaimsSchema.shape)
  expect(settable.filter((claim) => scopeOfClaim(claim) === undefined)).toEqual([])
  expect(Object.keys(userClaimsSchema.shape).sort()).toEqual([...settable, 'object', 'user_id'].sort())
})

test('OIDC Core §5.4: every claim of the standard, each by one scope', () => {
  const byScope = Object.groupBy(claimDefinitions, ({ scope }) => scope)
  expect(
    Object.fromEntries(Object.entries(byScope).map(([scope, all]) => [scope, all.map(({ claim }) => claim)])),
  ).toEqual({
    profile: [
      ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile'],
      ...['picture', 'website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at'],
    ],
    email: ['email', 'email_verified'],
    address: ['address'],
    phone: ['phone_number', 'phone_number_verified'],
  })
})

test.each([
  [{ firstName: 'Ada', lastName: null }, 'Ada'],
  [{ firstName: 'Ada', lastName: 'Lovelace' }, 'Ada Lovelace'],
  [{ firstName: 'Ada', lastName: 'Lovelace', name: 'Countess of Lovelace' }, 'Countess of Lovelace'],
  [{}, undefined],
])('OIDC Core §5.1: name of %j', (names, expected) => {
  expect(userClaims({ ...nobody, ...names }, { scopes: ['profile'] })['name']).toBe(expected)
})

test('OIDC Core §5.1: updated_at is a number of seconds; false is a value, null is none', () => {
  expect(userClaims(nobody, { scopes: ['profile', 'email', 'phone', 'address'] })).toEqual({
    updated_at: 1_234_567_890,
    email: 'ada@example.com',
    email_verified: false,
  })
})

test('OIDC Core §5.5: a name that objects have by themselves is no claim', () => {
  const byName = JSON.parse('{"__proto__":null,"constructor":null,"toString":null}')
  expect(userClaims(nobody, { scopes: [], byName })).toEqual({})
})
