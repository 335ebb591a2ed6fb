import { expect } from 'vitest'
import type { TestApp } from './app.ts'
import type { TestUser } from './fixtures.ts'

/** Every standard claim that a user can hold (OIDC Core §5.1), but for those that are the fixture's own. */
export const standardClaims = {
  middle_name: 'King',
  nickname: 'Ada',
  preferred_username: 'ada',
  profile: 'https://example.com/people/ada',
  picture: 'https://example.com/people/ada.jpg',
  website: 'https://ada.example.com/',
  gender: 'female',
  birthdate: '1985-12-10',
  zoneinfo: 'Europe/London',
  phone_number: '+442071838750',
  phone_number_verified: true,
  address: {
    formatted: "12 St James's Square\nLondon\nSW1Y 4JH\nUnited Kingdom",
    street_address: "12 St James's Square",
    locality: 'London',
    region: 'Greater London',
    postal_code: 'SW1Y 4JH',
    country: 'United Kingdom',
  },
} as const

const { phone_number, phone_number_verified, address, ...profile } = standardClaims

/** OIDC Core §5.4: which claims each scope asks for, of the fixture's user who was given all of them. */
export const claimsOfScopes = {
  profile: {
    ...profile,
    name: 'Ada Lovelace',
    given_name: 'Ada',
    family_name: 'Lovelace',
    locale: 'en-GB',
    updated_at: expect.any(Number),
  },
  email: { email: expect.stringContaining('@'), email_verified: true },
  address: { address },
  phone: { phone_number, phone_number_verified },
} as const

/** Gives them to a user, by the management API, with a locale. */
export const giveStandardClaims = async (
  app: Pick<TestApp, 'management'>,
  { id }: Pick<TestUser, 'id'>,
): Promise<void> => {
  const management = await app.management()
  const put = await management.put(`/latchkey/v1/users/${id}/claims`, standardClaims)
  const updated = await management.put(`/user_management/users/${id}`, { locale: 'en-GB' })
  if (put.status !== 200 || updated.status !== 200) throw new Error(`No claims: ${JSON.stringify(put.body)}`)
}
