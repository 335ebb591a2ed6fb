import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../../src/clients/client.ts'
import { keepDescribed } from '../../src/clients/self-described.ts'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { push } from '../support/keyed-application.ts'
import { applicationAt, documentAt, documents, switchDocuments } from '../support/metadata-documents.ts'
import {
  authorizationUrl,
  authorize,
  expectErrorPage,
  expectRefusal,
  newPkce,
  open,
  writingNothing,
} from '../support/relying-party.ts'
import { newTestKey, type TestKey } from '../support/signing-client.ts'

const published = documents()
let app: TestApp
let key: TestKey
let serial = 0
let url: string
beforeAll(async () => {
  app = await startTestApp({ overrides: { outboundFetch: published.outboundFetch } })
  key = await newTestKey()
  await switchDocuments(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const byKey = () => ({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key.publicJwk] } })

/** There is a row of it, since a user has agreed to it. */
beforeEach(async () => {
  url = `https://host${++serial}.example/client.json`
  published.put(url, documentAt(url, byKey()))
  await authorize(app, applicationAt(url), await app.fixtures.user(), newPkce().parameters)
})

const row = async (): Promise<Client> => {
  const client = await app.stores.clients.byClientId(url)
  if (!client) throw new Error('no row')
  return client
}

const put = async (metadata: ClientMetadata) => {
  const path = `/latchkey/v1/applications/${encodeURIComponent(url)}/client_metadata`
  expect((await (await app.management()).put(path, metadata)).status).toBe(200)
}

/** What the document has said since, as a request that began before the operator changed anything knows it. */
const saidBefore = async (): Promise<Client> => {
  const before = await row()
  return { ...before, name: 'Better Notes', metadataHash: 'another' }
}

const keep = (client: Client) =>
  app.transaction((stores) => keepDescribed({ stores, now: app.clock.now(), random: systemRandom }, client))

describe('what the operator holds it to stays, whatever its document says', () => {
  test('a change of the operator is not undone by what a request knew before it', async () => {
    const client = await saidBefore()
    await put({ ...client.metadata, profile: 'fapi2', authorization_details_types: ['payment'] })
    await keep(client)
    expect(await row()).toMatchObject({
      name: 'Better Notes',
      metadata: { profile: 'fapi2', authorization_details_types: ['payment'] },
    })
    const held = await saidBefore()
    const { profile: _profile, authorization_details_types: _types, ...released } = held.metadata
    await put(released)
    await keep({ ...held, metadataHash: 'a third one' })
    const { metadata } = await row()
    expect(metadata).not.toHaveProperty('profile')
    expect(metadata).not.toHaveProperty('authorization_details_types')
  })

  test('one that cannot be held to its profile any more is not let in', async () => {
    const client = await row()
    await put({ ...client.metadata, profile: 'fapi2' })
    published.put(url, documentAt(url))
    app.clock.advance(24 * 3600)
    const application = applicationAt(url)
    const shown = await writingNothing(app, () =>
      open(authorizationUrl(app, application, newPkce().parameters)),
    )
    expectErrorPage(shown)
    expect(shown.body).toContain('This application cannot be recognized')
    expectRefusal(
      await writingNothing(app, () => push(app, application, newPkce().parameters)),
      401,
      'invalid_client',
    )
    expect(await row()).toMatchObject({ isPublic: false, metadata: { profile: 'fapi2' } })
  })

  test('nor does it get there by a request that began before', async () => {
    const client = await saidBefore()
    await put({ ...client.metadata, profile: 'fapi2' })
    const { token_endpoint_auth_method: _method, ...metadata } = client.metadata
    const open = { ...client, metadata, isPublic: true, requirePkce: true, jwks: null }
    await expect(keep(open)).rejects.toThrow('profile')
    expect(await row()).toMatchObject({ isPublic: false, metadata: { profile: 'fapi2' } })
  })
})
