import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { expectNotRegistered, METADATA, switchOn } from '../support/registration.ts'
import { newTestKey } from '../support/signing-client.ts'

let app: TestApp
let publicJwk: Readonly<Record<string, string>>
beforeAll(async () => {
  app = await startTestApp()
  publicJwk = (await newTestKey('ES256')).publicJwk
  await switchOn(app)
})
afterAll(() => app[Symbol.asyncDispose]())

describe('RFC 7591 §2: text that cannot be kept', () => {
  const members = [
    ...['software_id', 'software_version', 'tls_client_auth_subject_dn', 'tls_client_auth_san_dns'],
    ...['tls_client_auth_san_ip', 'tls_client_auth_san_uri', 'tls_client_auth_san_email'],
    ...['client_uri', 'policy_uri', 'backchannel_logout_uri', 'sector_identifier_uri', 'jwks_uri'],
  ]
  const lists = ['contacts', 'default_acr_values', 'post_logout_redirect_uris']

  test.each([
    ['NUL', '\0'],
    ['half of a surrogate pair', '\ud800'],
  ])('RFC 7591 §3.2.2: %s is refused in every member', async (_what, character) => {
    const text = `https://a.example/${character}`
    const described: Readonly<Record<string, unknown>>[] = [
      ...[...members, 'client_name'].map((name) => ({ [name]: text })),
      ...lists.map((name) => ({ [name]: [text] })),
      { jwks: { keys: [{ ...publicJwk, kid: text }] } },
    ]
    for (const each of described) {
      await expectNotRegistered(app, { ...METADATA, ...each }, 'invalid_client_metadata')
    }
    await expectNotRegistered(app, { redirect_uris: [text] }, 'invalid_redirect_uri')
  })

  test.each([
    ['NUL', '\0'],
    ['half of a surrogate pair', '\ud800'],
  ])('the management API refuses %s in every member as well', async (_what, character) => {
    const text = `https://a.example/${character}`
    const management = await app.management()
    const { id } = await app.fixtures.firstParty()
    const path = `/latchkey/v1/applications/${id}`
    const described: Readonly<Record<string, unknown>>[] = [
      ...members.filter((name) => name !== 'jwks_uri').map((name) => ({ [name]: text })),
      ...[...lists, 'authorization_details_types'].map((name) => ({ [name]: [text] })),
    ]
    for (const each of described) {
      expect([each, (await management.put(`${path}/client_metadata`, each)).status]).toEqual([each, 422])
    }
    const keys = await management.put(`${path}/keys`, { jwks: { keys: [{ ...publicJwk, kid: text }] } })
    expect(keys.status).toBe(422)
    expect((await management.get(`${path}/client_metadata`)).body).toEqual({
      object: 'client_metadata',
      application_id: id,
    })
  })
})
