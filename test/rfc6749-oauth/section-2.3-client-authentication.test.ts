import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteCredential, issueCredential } from '../../src/clients/credentials.ts'
import { actingAs } from '../../src/events/record.ts'
import type { CredentialId } from '../../src/protocol/identifiers.ts'
import type { Stores } from '../../src/storage/index.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  basic,
  clientToken,
  credentials,
  expectRefusal,
  issuingNothing,
  post,
} from '../support/relying-party.ts'

let app: TestApp
let machine: TestApplication
let confidential: TestApplication
let native: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
  confidential = await app.fixtures.firstParty()
  native = await app.fixtures.firstParty({ isPublic: true })
})
afterAll(() => app[Symbol.asyncDispose]())

const GRANT = { grant_type: 'client_credentials' }

const send = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  post(`${app.issuer}/oauth2/token`, form, headers)

const authorization = (text: string) => ({ authorization: text })
const basicOf = (text: string) => authorization(`Basic ${Buffer.from(text).toString('base64')}`)

test('RFC 6749 §2.3.1: credentials that are not form-url-encoded are no error of ours in the log', async () => {
  const lines = app.logLines.length
  expectRefusal(await send(GRANT, basicOf('a%00:b%ZZ')), 401, 'invalid_client')
  expect(app.logLines.slice(lines).filter((line) => line.includes('"level":"error"'))).toEqual([])
  expect(app.logLines.slice(lines).join('')).toContain('not form-url-encoded')
})

describe('RFC 6749 §2.3.1: how a client authenticates', () => {
  test.each<[string, () => [Record<string, string>, Record<string, string>?]]>([
    ['by the body', () => [credentials(machine)]],
    ['by Basic', () => [{}, basic(machine.clientId, machine.clientSecret)]],
    ['by Basic without any encoding', () => [{}, basicOf(`${machine.clientId}:${machine.clientSecret}`)]],
    [
      'by Basic with every character form-url-encoded',
      () => {
        const encode = (text: string) =>
          [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`).join('')
        return [{}, basicOf(`${encode(machine.clientId)}:${encode(machine.clientSecret)}`)]
      },
    ],
    [
      'by Basic in lower case',
      () => [
        {},
        authorization(
          basic(machine.clientId, machine.clientSecret)['authorization']?.replace('Basic', 'basic') ?? '',
        ),
      ],
    ],
    [
      'by Basic, with the same client_id in the body',
      () => [{ client_id: machine.clientId }, basic(machine.clientId, machine.clientSecret)],
    ],
  ])('RFC 6749 §2.3.1: %s', async (_how, presented) => {
    const [form, headers] = presented()
    const answer = await send({ ...GRANT, ...form }, headers)
    expect({ status: answer.status, type: answer.body['token_type'] }).toEqual({
      status: 200,
      type: 'Bearer',
    })
  })

  test.each<[string, () => [Record<string, string>, Record<string, string>?]]>([
    ['nothing at all', () => [{}]],
    ['a client ID alone, of a confidential client', () => [{ client_id: machine.clientId }]],
    ['an unknown client', () => [{ client_id: 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV', client_secret: 'x' }]],
    ['a client ID that cannot be one', () => [{ client_id: "' or 1=1 --", client_secret: 'x' }]],
    ['a wrong secret', () => [{ client_id: machine.clientId, client_secret: 'wrong' }]],
    ['an empty secret', () => [{ client_id: machine.clientId, client_secret: '' }]],
    [
      'a secret with a letter less',
      () => [{ client_id: machine.clientId, client_secret: machine.clientSecret.slice(0, -1) }],
    ],
    [
      'a secret with a space more',
      () => [{ client_id: machine.clientId, client_secret: `${machine.clientSecret} ` }],
    ],
    [
      "another client's secret",
      () => [{ client_id: machine.clientId, client_secret: confidential.clientSecret }],
    ],
    [
      "an application's ID in place of its client ID",
      () => [{ client_id: machine.id, client_secret: machine.clientSecret }],
    ],
    ['a public client with a secret', () => [{ client_id: native.clientId, client_secret: 'anything' }]],
    ['a public client by Basic', () => [{}, basic(native.clientId, '')]],
    ['Basic with a wrong secret', () => [{}, basic(machine.clientId, 'wrong')]],
    ['Basic with an empty secret', () => [{}, basic(machine.clientId, '')]],
    ['Basic without a colon', () => [{}, basicOf(machine.clientId)]],
    ['Basic with nothing but a colon', () => [{}, basicOf(':')]],
    ['Basic with malformed percent-encoding', () => [{}, basicOf(`%zz:${machine.clientSecret}`)]],
    ['Basic with an encoding that is no UTF-8', () => [{}, basicOf(`%ff%fe:${machine.clientSecret}`)]],
    [
      'Basic with bytes that are no UTF-8',
      () => [{}, authorization(`Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0xff]).toString('base64')}`)],
    ],
    ['Basic with a NUL', () => [{}, basicOf(`${machine.clientId}\0:${machine.clientSecret}`)]],
    ['Basic that is no base64', () => [{}, authorization('Basic %%%')]],
    ['Basic without credentials', () => [{}, authorization('Basic')]],
    ['Basic in two parts', () => [{}, authorization('Basic abc def')]],
    ['another scheme', () => [{}, authorization(`Bearer ${machine.clientSecret}`)]],
    ['Digest', () => [{}, authorization(`Digest username="${machine.clientId}"`)]],
    ['a malformed header beside a client ID', () => [{ client_id: native.clientId }, authorization('Basic')]],
  ])('RFC 6749 §5.2: %s is invalid_client, with a challenge', async (_what, presented) => {
    const [form, headers] = presented()
    const refused = await issuingNothing(app, () => send({ ...GRANT, ...form }, headers))
    expectRefusal(refused, 401, 'invalid_client')
  })

  test('RFC 6749 §5.2: the refusal does not tell an unknown client from a wrong secret', async () => {
    const unknown = await send({
      ...GRANT,
      client_id: 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV',
      client_secret: 'x',
    })
    const wrong = await send({ ...GRANT, client_id: machine.clientId, client_secret: 'x' })
    expect(unknown.body).toEqual(wrong.body)
  })

  test.each<[string, () => [Record<string, string>, Record<string, string>?]]>([
    [
      'Basic and a secret in the body',
      () => [credentials(machine), basic(machine.clientId, machine.clientSecret)],
    ],
    [
      'Basic and a wrong secret in the body',
      () => [
        { client_id: machine.clientId, client_secret: 'x' },
        basic(machine.clientId, machine.clientSecret),
      ],
    ],
    [
      'Basic and another client_id in the body',
      () => [{ client_id: native.clientId }, basic(machine.clientId, machine.clientSecret)],
    ],
    ['a secret without client_id', () => [{ client_secret: machine.clientSecret }]],
  ])('RFC 6749 §2.3: %s is invalid_request', async (_what, presented) => {
    const [form, headers] = presented()
    const refused = await issuingNothing(app, () => send({ ...GRANT, ...form }, headers))
    expectRefusal(refused, 400, 'invalid_request')
  })

  test('RFC 6749 §2.3.1: a secret in the URL is not looked at', async () => {
    const query = new URLSearchParams({ ...GRANT, ...credentials(machine) })
    const refused = await post(`${app.issuer}/oauth2/token?${query}`, {})
    expectRefusal(refused, 401, 'invalid_client')
  })
})

describe('RFC 6749 §2.3.1: several credentials of one client', () => {
  const operator = (stores: Stores) =>
    actingAs({ type: 'operator' }, { stores, now: app.clock.now(), random: systemRandom })

  const clientOf = async ({ clientId }: TestApplication) => {
    const client = await app.stores.clients.byClientId(clientId)
    if (!client) throw new Error('no client')
    return client
  }

  const deleted = (id: CredentialId | undefined) =>
    app.transaction(async (stores) => {
      expect(id && (await deleteCredential(operator(stores), id))).toBeDefined()
    })

  const expectSecret = async (
    { issuer }: { issuer: string },
    application: TestApplication,
    secret: string,
    status: number,
  ): Promise<void> => {
    await app.changesHeard()
    expect((await clientToken({ issuer }, application, { client_secret: secret })).status).toBe(status)
  }

  test('five work side by side, a sixth is refused, and one deleted makes room', async () => {
    const application = await app.fixtures.m2m(await app.fixtures.organization())
    const client = await clientOf(application)
    const others = await Promise.all(Array.from({ length: 4 }, () => app.fixtures.credential(client)))
    for (const { clientSecret } of [application, ...others]) {
      await expectSecret(app, application, clientSecret, 200)
    }
    const sixth = await app.transaction((stores) => issueCredential(operator(stores), client))
    expect(sixth).toEqual({ outcome: 'refused', code: 'too_many_credentials' })
    await deleted(others[0]?.credentialId)
    const { clientSecret } = await app.fixtures.credential(client)
    await expectSecret(app, application, clientSecret, 200)
    await expectSecret(app, application, others[0]?.clientSecret ?? '', 401)
  })

  test('a deleted one is refused, and the others go on', async () => {
    const application = await app.fixtures.m2m(await app.fixtures.organization())
    const second = await app.fixtures.credential(await clientOf(application))
    await expectSecret(app, application, application.clientSecret, 200)
    await deleted(application.credentialId)
    await expectSecret(app, application, application.clientSecret, 401)
    await expectSecret(app, application, second.clientSecret, 200)
  })

  test('twenty asked for at once give five', async () => {
    const application = await app.fixtures.m2m(await app.fixtures.organization())
    const client = await clientOf(application)
    await deleted(application.credentialId)
    const issued = await Promise.all(
      Array.from({ length: 20 }, () =>
        app.transaction((stores) => issueCredential(operator(stores), client)),
      ),
    )
    const secrets = issued.flatMap((result) => (result.outcome === 'issued' ? [result.secret] : []))
    expect(secrets).toHaveLength(5)
    for (const secret of secrets) await expectSecret(app, application, secret, 200)
  })

  // The embedded store has one process.
  if (testStore.kind === 'postgres') {
    test('what changes on one node is known on the others at once', async () => {
      const node = await app.startNode()
      try {
        const application = await app.fixtures.m2m(await app.fixtures.organization())
        // Both have the client in their caches now.
        await expectSecret(app, application, application.clientSecret, 200)
        await expectSecret(node, application, application.clientSecret, 200)
        const second = await app.fixtures.credential(await clientOf(application))
        await expectSecret(node, application, second.clientSecret, 200)
        await deleted(application.credentialId)
        await expectSecret(node, application, application.clientSecret, 401)
        await expectSecret(app, application, application.clientSecret, 401)
        await app.stores.clients.delete(application.id)
        await expectSecret(node, application, second.clientSecret, 401)
      } finally {
        await node.close()
      }
    })
  }
})
