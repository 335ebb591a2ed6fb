import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestUser } from '../support/fixtures.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let management: Management
let workos: WorkOS
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
  workos = await app.sdk()
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const pathOf = ({ id }: TestUser) => `/latchkey/v1/users/${id}/claims`

const everything = {
  middle_name: 'King',
  nickname: 'Ada',
  preferred_username: 'ada',
  profile: 'https://example.com/people/ada',
  picture: 'https://example.com/people/ada.jpg',
  website: 'http://ada.example.com',
  gender: 'female',
  birthdate: '1985-12-10',
  zoneinfo: 'Europe/London',
  phone_number: '+442071838750',
  phone_number_verified: true,
  address: {
    formatted: "12 St James's Square\nLondon\nUnited Kingdom",
    street_address: "12 St James's Square",
    locality: 'London',
    region: 'Greater London',
    postal_code: 'SW1Y 4JH',
    country: 'United Kingdom',
  },
}

const updatesOf = ({ id }: TestUser) => eventsOf(app, id, ['user.updated'])

describe('the standard claims of a user', () => {
  test('are put and read as a whole; the picture is that of the user', async () => {
    const before = await workos.userManagement.getUser(user.id)
    const put = await management.put(pathOf(user), everything)
    expect(put.status).toBe(200)
    expect(put.body).toEqual({ object: 'user_claims', user_id: user.id, ...everything })
    expect((await management.get(pathOf(user))).body).toEqual(put.body)
    // WorkOS's user is what it was.
    const after = await workos.userManagement.getUser(user.id)
    expect(after).toEqual({
      ...before,
      profilePictureUrl: everything.picture,
      updatedAt: after.updatedAt,
    })
    expect(Object.keys((await management.get(`/user_management/users/${user.id}`)).body as object)).toEqual([
      ...['object', 'id', 'email', 'email_verified', 'first_name', 'last_name', 'name'],
      ...['profile_picture_url', 'last_sign_in_at', 'locale', 'external_id', 'metadata'],
      ...['created_at', 'updated_at'],
    ])
  })

  test('are replaced: what is left out, or null, is taken away', async () => {
    const other = await app.fixtures.user()
    await management.put(pathOf(other), everything)
    const put = await management.put(pathOf(other), {
      nickname: 'Lovelace',
      gender: null,
      address: { country: 'GB', region: null },
    })
    expect(put.body).toEqual({
      object: 'user_claims',
      user_id: other.id,
      nickname: 'Lovelace',
      address: { country: 'GB' },
    })
    expect((await management.put(pathOf(other), {})).body).toEqual({
      object: 'user_claims',
      user_id: other.id,
    })
  })

  test('are told of with what they were before; what changes nothing is not', async () => {
    const other = await app.fixtures.user()
    app.clock.advance(5)
    await management.put(pathOf(other), everything)
    // The same in another order.
    const { address, ...rest } = everything
    await management.put(pathOf(other), { address, ...rest })
    await management.put(pathOf(other), { ...everything, nickname: 'Countess' })
    const [first, second, ...others] = await updatesOf(other)
    expect(others).toEqual([])
    expect(first).toMatchObject({
      before: { object: 'user', claims: { object: 'user_claims', user_id: other.id } },
      data: { object: 'user', id: other.id, claims: { ...everything } },
    })
    expect(first?.before?.['claims']).toEqual({ object: 'user_claims', user_id: other.id })
    expect(second).toMatchObject({
      before: { claims: { nickname: 'Ada' } },
      data: { claims: { nickname: 'Countess' } },
    })
    const { data } = await workos.events.listEvents({ events: ['user.updated'], order: 'desc', limit: 1 })
    expect(data[0]).toMatchObject({ event: 'user.updated', data: { object: 'user', id: other.id } })
  })

  test('are not lost when something else of the user changes', async () => {
    const other = await app.fixtures.user()
    await management.put(pathOf(other), everything)
    await workos.userManagement.updateUser({ userId: other.id, firstName: 'Augusta' })
    expect((await management.get(pathOf(other))).body).toMatchObject(everything)
  })

  test('of nobody are not there', async () => {
    const nobody = '/latchkey/v1/users/user_01ARZ3NDEKTSV4RRFFQ69G5FAV/claims'
    expect((await management.get(nobody)).status).toBe(404)
    expect((await management.put(nobody, everything)).status).toBe(404)
  })

  test.each([
    ['birthdate', '1985'],
    ['birthdate', '0000-02-29'],
    ['birthdate', '2000-02-29'],
    ['zoneinfo', 'America/Argentina/Buenos_Aires'],
    ['zoneinfo', 'Etc/GMT+5'],
    ['website', 'https://xn--r8jz45g.example/'],
    ['gender', 'nicht binär'],
  ])('%s may be %s', async (claim, value) => {
    const put = await management.put(pathOf(user), { [claim]: value })
    expect({ status: put.status, body: put.body }).toMatchObject({ status: 200, body: { [claim]: value } })
  })

  test.each([
    ['birthdate', '10.12.1985'],
    ['birthdate', '1985-12'],
    ['birthdate', '1985-02-29'],
    ['birthdate', '0000'],
    ['birthdate', '0000-13-01'],
    ['birthdate', '0123-01-01'],
    ['birthdate', '1985-12-10T00:00:00Z'],
    ['zoneinfo', 'Europe/Lönnig'],
    ['zoneinfo', 'Mars/Phobos'],
    ['zoneinfo', '+01:00'],
    ['zoneinfo', ''],
    ['phone_number', '0207 183 8750'],
    ['phone_number', '+44 20 7183 8750'],
    ['phone_number', '+0123456789'],
    ['phone_number', '+1234567890123456'],
    ['phone_number', 442071838750],
    ['phone_number_verified', true],
    ['profile', 'javascript:alert(1)'],
    ['profile', 'https:/example.com'],
    ['website', 'ftp://example.com'],
    ['website', 'https://user:secret@example.com/'],
    ['picture', 'data:image/png;base64,AAAA'],
    ['picture', 'https://example.com/\r\nset-cookie: a=b'],
    ['picture', `https://example.com/${'x'.repeat(2048)}`],
    ['nickname', ''],
    ['nickname', '   '],
    ['nickname', 'a\nb'],
    ['nickname', '\u202Eada'],
    ['nickname', 'x'.repeat(256)],
    ['address', 'London'],
    ['address', {}],
    ['address', { country: null }],
    ['address', { locality: 'Lon\ndon' }],
    ['address', { country: 'GB', planet: 'Earth' }],
    ['address', { formatted: 'x'.repeat(501) }],
    ['email', 'ada@example.com'],
    ['updated_at', 1],
  ])('%s may not be %j, and nothing changes', async (claim, value) => {
    const before = (await management.get(pathOf(user))).body
    const put = await management.put(pathOf(user), { [claim]: value })
    expect(put.status).toBe(422)
    expect(put.body).toMatchObject({
      errors: [expect.objectContaining({ field: expect.stringMatching(new RegExp(`^${claim}(\\.|$)`)) })],
    })
    expect((await management.get(pathOf(user))).body).toEqual(before)
  })
})
