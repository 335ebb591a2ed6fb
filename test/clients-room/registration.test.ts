import { afterAll, describe, expect, test } from 'vitest'
import {
  deleteApplication,
  type NewApplication,
  registerApplication,
} from '../../src/clients/registration.ts'
import { applicationWithSettings } from '../../src/objects/application-settings.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestRoom, start } from '../events/test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const organizationId = await room.fixtures.organization()
await room.fixtures.permission('posts:read')

const register = (application: NewApplication) =>
  room.act((acting) => registerApplication(acting, application))

const firstParty = { type: 'oauth', name: 'Blog', isFirstParty: true } as const

const codesOf = async (application: NewApplication): Promise<string[]> => {
  const result = await register(application)
  if (result.outcome === 'registered') return []
  return result.code === 'invalid' ? result.problems.map(({ code }) => code) : [result.code]
}

const uris = (...names: string[]) => names.map((name) => ({ uri: `https://app.example.com/${name}` }))

describe('registering an application', () => {
  test('makes what the protocol will find, with an event', async () => {
    const result = await register({
      ...firstParty,
      name: '  Blog  ',
      description: '',
      scopes: ['openid', 'posts:read', 'posts:read'],
      redirectUris: uris('a', 'b'),
    })
    if (result.outcome !== 'registered') throw new RangeError(result.code)
    const { client } = result
    expect(await room.stores.clients.byClientId(client.clientId)).toEqual(client)
    expect(client).toMatchObject({
      id: expect.stringMatching(/^conn_app_/),
      clientId: expect.stringMatching(/^client_/),
      name: 'Blog',
      description: null,
      isFirstParty: true,
      isPublic: false,
      requirePkce: false,
      organizationId: null,
      scopes: ['openid', 'posts:read'],
      credentials: [],
    })
    expect(await room.eventsOf('application.created', client.id)).toEqual([
      {
        actor: { type: 'operator' },
        organizationId: null,
        data: applicationWithSettings(client),
      },
    ])
  })

  test('RFC 9700 §2.1.1: a public client must use PKCE, a confidential one may', async () => {
    const made = await register({ ...firstParty, isPublic: true })
    expect(made).toMatchObject({ client: { isPublic: true, requirePkce: true } })
    expect(await codesOf({ ...firstParty, isPublic: true, requirePkce: false })).toEqual(['pkce_required'])
    const confidential = await register({ ...firstParty, requirePkce: true })
    expect(confidential).toMatchObject({ client: { isPublic: false, requirePkce: true } })
  })

  test('a third party belongs to an organization, the operator to none', async () => {
    expect(await codesOf({ ...firstParty, isFirstParty: false, organizationId })).toEqual([])
    expect(await codesOf({ ...firstParty, isFirstParty: false })).toEqual(['organization_required'])
    expect(await codesOf({ ...firstParty, organizationId })).toEqual(['organization_not_allowed'])
  })

  test('an application of type m2m belongs to an organization, is confidential and goes nowhere', async () => {
    const made = await register({ type: 'm2m', name: 'Sync', organizationId, scopes: ['posts:read'] })
    expect(made).toMatchObject({
      client: {
        type: 'm2m',
        isFirstParty: false,
        isPublic: false,
        requirePkce: false,
        redirectUris: [],
        organizationId,
      },
    })
  })

  test('the organization must exist', async () => {
    const unknown = newIdentifier('organization', start, systemRandom)
    for (const id of [unknown, 'org_1', '', 'x\0']) {
      expect(await register({ type: 'm2m', name: 'Sync', organizationId: id })).toEqual({
        outcome: 'refused',
        code: 'organization_not_found',
        organizationId: id,
      })
    }
  })

  test('RFC 6749 §3.3: scopes are standard ones and permissions that exist', async () => {
    expect(await codesOf({ ...firstParty, scopes: ['email', 'posts:read', 'posts:write', 'x y'] })).toEqual([
      'scope_unknown',
      'scope_unknown',
    ])
  })

  test('a name is one line that people can read', async () => {
    const names = ['', '   ', 'a\nb', 'a\0b', 'Evil\u202Eecnanif', 'a\u2028b', '\uD800', 'x'.repeat(256)]
    for (const name of names) expect(await codesOf({ ...firstParty, name })).toEqual(['name_invalid'])
    for (const name of ['x'.repeat(255), '銀行', 'Łódź & Söhne', '👩‍💻', 'مدونة']) {
      expect(await codesOf({ ...firstParty, name })).toEqual([])
    }
    expect(await codesOf({ ...firstParty, description: 'one\ntwo' })).toEqual([])
    expect(await codesOf({ ...firstParty, description: 'x'.repeat(1001) })).toEqual(['description_invalid'])
    expect(await codesOf({ ...firstParty, description: 'a\0b' })).toEqual(['description_invalid'])
  })

  test('RFC 6749 §3.1.2: redirection URIs are ones an answer may safely go to', async () => {
    const bad = ['http://app.example.com/cb', '/cb', 'javascript:alert(1)', 'https://app.example.com/#x']
    for (const uri of bad) {
      expect(await codesOf({ ...firstParty, redirectUris: [{ uri }] })).toEqual(['redirect_uri_invalid'])
    }
    const long = { uri: `https://app.example.com/${'x'.repeat(2048)}` }
    expect(await codesOf({ ...firstParty, redirectUris: [long] })).toEqual(['redirect_uri_invalid'])
    expect(await codesOf({ ...firstParty, redirectUris: uris('a', 'a') })).toEqual(['redirect_uri_repeated'])
    const numbered = (count: number) => uris(...Array.from({ length: count }, (_, index) => `${index}`))
    expect(await codesOf({ ...firstParty, redirectUris: numbered(50) })).toEqual([])
    expect(await codesOf({ ...firstParty, redirectUris: numbered(51) })).toEqual(['too_many_redirect_uris'])
  })

  test('one redirection URI is the default: the chosen one, else the first', async () => {
    const defaultsOf = async (...chosen: boolean[]) => {
      const redirectUris = chosen.map((isDefault, index) => ({
        uri: `https://a.example/${index}`,
        isDefault,
      }))
      const result = await register({ ...firstParty, redirectUris })
      return result.outcome === 'registered' && result.client.redirectUris.map(({ isDefault }) => isDefault)
    }
    expect(await defaultsOf(false, false)).toEqual([true, false])
    expect(await defaultsOf(false, true)).toEqual([false, true])
    const two = uris('a', 'b').map((uri) => ({ ...uri, isDefault: true }))
    expect(await codesOf({ ...firstParty, redirectUris: two })).toEqual(['several_defaults'])
  })

  test('all faults are told at once, and nothing is made', async () => {
    const before = (await room.stores.clients.ofOrganization(null)).length
    const codes = await codesOf({ ...firstParty, name: '', organizationId, scopes: ['nope'] })
    expect(codes).toEqual(['name_invalid', 'organization_not_allowed', 'scope_unknown'])
    expect(await room.stores.clients.ofOrganization(null)).toHaveLength(before)
  })
})

describe('deleting an application', () => {
  test('takes it away once, with an event', async () => {
    const made = await register({ ...firstParty, isFirstParty: false, organizationId })
    if (made.outcome !== 'registered') throw new RangeError(made.code)
    const { client } = made
    expect(await room.act((acting) => deleteApplication(acting, client))).toBe(true)
    expect(await room.act((acting) => deleteApplication(acting, client))).toBe(false)
    expect(await room.stores.clients.byClientId(client.clientId)).toBeUndefined()
    expect(await room.eventsOf('application.deleted', client.id)).toEqual([
      { actor: { type: 'operator' }, organizationId, data: applicationWithSettings(client) },
    ])
  })
})
