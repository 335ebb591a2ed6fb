import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ListObject } from '../../src/objects/list.ts'
import type { SigningKeyObject } from '../../src/objects/signing-key.ts'
import { signingAlgorithms } from '../../src/protocol/signing-algorithm.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication } from '../support/fixtures.ts'
import type { Management } from '../support/management.ts'
import { clientToken, introspect, textOf } from '../support/relying-party.ts'

const PATH = '/latchkey/v1/signing_keys'
const SETTINGS = '/latchkey/v1/settings'
/** Longer than a new key is published before it signs (signing-keys/rotation.ts). */
const PROPAGATION = 1200

let app: TestApp
let management: Management
let machine: TestApplication
let reader: TestApplication
beforeAll(async () => {
  app = await startTestApp({ template: 'empty' })
  management = await app.management()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
  reader = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const list = async () => ((await management.get(PATH)).body as ListObject<SigningKeyObject>).data
const token = async (node: Pick<TestApp, 'issuer'> = app) =>
  textOf(await clientToken(node, machine), 'access_token')
const headerOf = async (node?: Pick<TestApp, 'issuer'>) => decodeProtectedHeader(await token(node))
const published = async (): Promise<string[]> => {
  const { keys } = (await (await fetch(`${app.issuer}/oauth2/jwks`)).json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}
/** As a verifier that fetches the key set now. */
const verifies = async (jwt: string): Promise<boolean> => {
  const keys = createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`))
  try {
    await jwtVerify(jwt, keys, { issuer: app.issuer, currentDate: app.clock.now() })
    return true
  } catch {
    return false
  }
}

describe('signing keys', () => {
  test('are listed with their states, and nothing of their private or public parts', async () => {
    const keys = await list()
    const byAlgorithm = signingAlgorithms.map((algorithm) => keys.find((key) => key.algorithm === algorithm))
    expect(keys).toHaveLength(signingAlgorithms.length)
    expect(byAlgorithm).toEqual(
      signingAlgorithms.map((algorithm) => ({
        object: 'signing_key',
        kid: expect.any(String),
        algorithm,
        state: 'active',
        created_at: expect.any(String),
        activates_at: expect.any(String),
        retires_at: null,
        withdrawn_at: null,
      })),
    )
    expect(byAlgorithm[0]?.kid).toBe((await headerOf()).kid)
  })

  test('a rotation publishes a successor, which takes over once verifiers have it', async () => {
    const old = (await list()).find(({ algorithm }) => algorithm === 'RS256')
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => management.post(`${PATH}/rotate`, { algorithm: 'RS256' })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
    const outcomes = answers.map(({ body }) => (body as { outcome: string }).outcome)
    expect(outcomes.sort()).toEqual([...Array(4).fill('pending'), 'successor'])
    const successor = (await list()).find(({ state }) => state === 'upcoming')
    expect(successor).toMatchObject({ algorithm: 'RS256' })
    expect(await published()).toEqual(expect.arrayContaining([old?.kid, successor?.kid]))
    expect((await headerOf()).kid).toBe(old?.kid)
    const events = await eventsOf(app, successor?.kid ?? '', ['signing_key.created', 'signing_key.rotated'])
    expect(events).toMatchObject([
      { actor: { type: 'api_key' }, data: { algorithm: 'RS256' } },
      { actor: { type: 'api_key' }, data: { predecessor: old?.kid } },
    ])

    const before = await token()
    app.clock.advance(PROPAGATION)
    expect((await headerOf()).kid).toBe(successor?.kid)
    const ofRs256 = (await list()).filter(({ algorithm }) => algorithm === 'RS256')
    expect(ofRs256.map(({ state }) => state)).toEqual(['retiring', 'active'])
    expect(await published()).toContain(decodeProtectedHeader(before).kid)
  })

  test('one that is retired is gone at once, with all it has signed, and another signs', async () => {
    const signed = await token()
    const { kid } = decodeProtectedHeader(signed)
    expect((await introspect(app, reader, signed)).body).toMatchObject({ active: true })
    const { status, body } = await management.post(`${PATH}/${kid}/retire`)
    expect(status).toBe(200)
    const signer = (await headerOf()).kid
    expect(signer).not.toBe(kid)
    expect(body).toMatchObject({
      signing_key: { kid, state: 'retired' },
      signer: { kid: signer, state: 'active' },
    })
    expect(await published()).not.toContain(kid)
    expect((await introspect(app, reader, signed)).body).toEqual({ active: false })
    expect(await eventsOf(app, kid ?? '', ['signing_key.retired'])).toMatchObject([
      { actor: { type: 'api_key' } },
    ])
    // Once more changes nothing.
    const again = await management.post(`${PATH}/${kid}/retire`)
    expect(again).toMatchObject({
      status: 200,
      body: { signing_key: { kid, state: 'retired' }, signer: null },
    })
    expect((await headerOf()).kid).toBe(signer)
    expect(await eventsOf(app, kid ?? '', ['signing_key.retired'])).toHaveLength(1)
  })

  test('what cannot be done is refused, and nothing changes', async () => {
    const before = await list()
    for (const [body, field] of [
      [{}, 'algorithm'],
      [{ algorithm: 'HS256' }, 'algorithm'],
      [{ algorithm: 'RS256', kid: 'x' }, 'kid'],
    ] as const) {
      const answer = await management.post(`${PATH}/rotate`, body)
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    }
    for (const kid of ['key_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x', '%00']) {
      expect((await management.post(`${PATH}/${kid}/retire`)).status).toBe(404)
    }
    const keyReader = await app.management(['environment:read'])
    expect((await keyReader.get(PATH)).status).toBe(200)
    expect((await keyReader.post(`${PATH}/rotate`, { algorithm: 'RS256' })).status).toBe(403)
    expect((await keyReader.post(`${PATH}/${before.at(-1)?.kid}/retire`)).status).toBe(403)
    expect(await list()).toEqual(before)
  })
})

describe('another algorithm for access tokens', () => {
  beforeEach(async () => {
    await management.patch(SETTINGS, { access_token: { algorithm: null } })
  })
  const setAlgorithm = async (algorithm: string | null) => {
    const { status, body } = await management.patch(SETTINGS, { access_token: { algorithm } })
    expect(status, JSON.stringify(body)).toBe(200)
  }

  /** As after an upgrade from when there was not a key of every algorithm. */
  const upgrade = async () => {
    const { kysely } = app.testDatabase.database
    await kysely.deleteFrom('signing_key').where('algorithm', '!=', 'RS256').execute()
    for (const algorithm of ['PS256', 'ES256', 'EdDSA']) {
      expect(await management.post(`${PATH}/rotate`, { algorithm })).toMatchObject({
        body: { outcome: 'first', signing_key: { state: 'upcoming' } },
      })
    }
  }

  test('signs at once: there is a key of each', async () => {
    for (const algorithm of signingAlgorithms) {
      await setAlgorithm(algorithm)
      const signed = await token()
      expect(decodeProtectedHeader(signed)).toMatchObject({ alg: algorithm })
      expect(await verifies(signed)).toBe(true)
      expect((await introspect(app, reader, signed)).body).toMatchObject({ active: true })
    }
  })

  test('after an upgrade signs once its key has been published for long enough; RS256 does until then', async () => {
    await upgrade()
    const made = (await list()).find(({ algorithm }) => algorithm === 'PS256')
    expect(made).toMatchObject({ state: 'upcoming' })
    expect(await published()).toContain(made?.kid)
    await setAlgorithm('PS256')
    expect(await headerOf()).toMatchObject({ alg: 'RS256' })
    app.clock.advance(PROPAGATION)
    expect(await headerOf()).toMatchObject({ alg: 'PS256', kid: made?.kid })
  })

  if (testStore.kind === 'postgres') {
    test('on another node signs no earlier than its key does, and then there too', async () => {
      const node = await app.startNode()
      try {
        await upgrade()
        await setAlgorithm('EdDSA')
        const made = (await list()).find(({ algorithm }) => algorithm === 'EdDSA')
        expect(made).toMatchObject({ algorithm: 'EdDSA', state: 'upcoming' })
        const there = async () => {
          const response = await fetch(`${node.issuer}/oauth2/jwks`)
          return JSON.stringify(await response.json())
        }
        await vi.waitFor(async () => expect(await there()).toContain(made?.kid), { timeout: 10_000 })
        expect((await headerOf(node)).alg).not.toBe('EdDSA')
        app.clock.advance(PROPAGATION)
        expect(await headerOf(node)).toMatchObject({ alg: 'EdDSA', kid: made?.kid })
      } finally {
        await node.close()
      }
    })
  }
})
