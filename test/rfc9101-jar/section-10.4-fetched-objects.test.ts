import { beforeEach, describe, expect, test } from 'vitest'
import { createReferencedObjects } from '../../src/authorization/referenced-object.ts'
import { type ClientId, parseClientId } from '../../src/protocol/identifiers.ts'
import { createOutboundFetch, OutboundFailure, type OutboundFetch } from '../../src/system/outbound-fetch.ts'
import { answerWith, type Documents, documents } from '../support/metadata-documents.ts'
import { type SettableClock, settableClock } from '../support/settable-clock.ts'

/* RFC 9101 §10.4: that a client has us fetch its request objects, how often and how much. */

const AT = 'https://app.example.com/request.jwt'

let clock: SettableClock
let published: Documents
beforeEach(() => {
  clock = settableClock()
  published = documents()
})

const clientIds = {
  one: parseClientId('client_01ARZ3NDEKTSV4RRFFQ69G5FAV') as ClientId,
  other: parseClientId('client_01ARZ3NDEKTSV4RRFFQ69G5FAW') as ClientId,
  third: parseClientId('client_01ARZ3NDEKTSV4RRFFQ69G5FAX') as ClientId,
}

/** One that nobody vouches for. */
const stranger = (uris: readonly string[] = [AT], name: keyof typeof clientIds = 'one') => ({
  clientId: clientIds[name],
  metadata: { request_uris: [...uris] },
  jwks: null,
  jwksUri: 'https://app.example.com/jwks',
  wasDynamicallyRegistered: true,
})

const vouchedFor = (...given: Parameters<typeof stranger>) => ({
  ...stranger(...given),
  wasDynamicallyRegistered: false,
})

const objectAnswer = (object: string, headers: Readonly<Record<string, string>> = {}) =>
  answerWith(object, { 'content-type': 'application/oauth-authz-req+jwt', ...headers })

const asking = (
  limits: Partial<Parameters<typeof createReferencedObjects>[0]['limits']> = {},
  outboundFetch: OutboundFetch = published.outboundFetch,
) =>
  createReferencedObjects({
    outboundFetch,
    clock,
    limits: { aMinute: 5, ofOneHost: 3, ofOneClient: 100, ofOneVouchedFor: 2, ...limits },
  })

/** What became of asking for each of them at once. */
const outcomes = async (found: readonly Promise<string>[]): Promise<readonly string[]> =>
  (await Promise.allSettled(found)).map((outcome) =>
    outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as { readonly code: string }).code,
  )

const BUSY = 'temporarily_unavailable'

describe('OIDC Core §6.2.2: what is kept, and for whom', () => {
  const client = stranger()

  test.each([
    ['a fragment', `${AT}#a`, {}],
    ['max-age=60', AT, { 'cache-control': 'max-age=60' }],
  ])('with %s those who come at once wait for one answer', async (_what, uri, headers) => {
    published.put(AT, objectAnswer('a.b.c', headers))
    const objects = asking()
    const found = await Promise.all(Array.from({ length: 20 }, () => objects.find(client, uri)))
    expect(new Set(found)).toEqual(new Set(['a.b.c']))
    expect(published.asked).toEqual([AT])
  })

  test.each([
    ['no-store', AT, { 'cache-control': 'no-store' }],
    ['no-store and a fragment', `${AT}#a`, { 'cache-control': 'no-store' }],
    ['nothing said of its age', AT, {}],
  ])('with %s those who come at once get an object each', async (_what, uri, headers) => {
    let served = 0
    const objects = asking({}, async () => objectAnswer(`object.for.user${++served}`, headers))
    const found = await outcomes(Array.from({ length: 3 }, () => objects.find(client, uri)))
    expect([...found].sort()).toEqual(['object.for.user1', 'object.for.user2', 'object.for.user3'])
  })

  test('those who come at once hear together that there is none', async () => {
    const objects = asking()
    const found = await outcomes(Array.from({ length: 20 }, () => objects.find(client, AT)))
    expect(new Set(found)).toEqual(new Set(['invalid_request_uri']))
    expect(published.asked).toEqual([AT])
  })

  test.each([
    ['no fragment and nothing said of its age', AT, {}, 0],
    ['no fragment and max-age=60', AT, { 'cache-control': 'max-age=60' }, 60],
    ['no fragment and no-store', AT, { 'cache-control': 'no-store' }, 0],
    ['a fragment', `${AT}#a`, {}, 300],
    ['a fragment and no-store', `${AT}#a`, { 'cache-control': 'no-store' }, 0],
    ['a fragment and max-age=999999', `${AT}#a`, { 'cache-control': 'max-age=999999' }, 3600],
  ])('with %s it is kept no longer than that', async (_what, uri, headers, seconds) => {
    published.put(AT, objectAnswer('a.b.c', headers))
    const objects = asking()
    await objects.find(client, uri)
    if (seconds > 0) {
      clock.advance(seconds / 2)
      await objects.find(client, uri)
      expect(published.asked.length).toBe(1)
      clock.advance(seconds / 2)
    }
    await objects.find(client, uri)
    expect(published.asked.length).toBe(2)
  })

  test('another fragment is another content', async () => {
    published.put(AT, objectAnswer('old'))
    const objects = asking()
    expect(await objects.find(client, `${AT}#old`)).toBe('old')
    published.put(AT, objectAnswer('new'))
    expect(await objects.find(client, `${AT}#new`)).toBe('new')
    expect(await objects.find(client, `${AT}#old`)).toBe('old')
  })
})

describe('RFC 9101 §10.4: how often we ask', () => {
  const many = Array.from(
    { length: 9 },
    (_, place) => `https://host${Math.floor(place / 4)}.example/${place}`,
  )
  beforeEach(() => {
    for (const uri of many) published.put(uri, objectAnswer('a.b.c'))
  })

  test('that there is none is known for half a minute', async () => {
    const objects = asking()
    const find = () => objects.find(stranger(), AT)
    expect(await outcomes([find()])).toEqual(['invalid_request_uri'])
    expect(await outcomes([find()])).toEqual(['invalid_request_uri'])
    expect(published.asked.length).toBe(1)
    published.put(AT, objectAnswer('a.b.c'))
    clock.advance(30)
    expect(await find()).toBe('a.b.c')
  })

  test('whatever the fragment, which is no other place', async () => {
    const objects = asking()
    for (let made = 0; made < 9; made++) {
      expect(await outcomes([objects.find(stranger(), `${AT}#${made}`)])).toEqual(['invalid_request_uri'])
    }
    expect(published.asked).toEqual([AT])
  })

  test('for strangers one host is asked so often in a minute, and all together not much more often', async () => {
    const objects = asking()
    const found = () => outcomes(many.map((uri) => objects.find(stranger(many), uri)))
    const [a, b] = ['a.b.c', BUSY]
    expect(await found()).toEqual([a, a, a, b, a, a, b, b, b])
    clock.advance(60)
    expect(await objects.find(stranger(many), many[8] ?? '')).toBe('a.b.c')
  })

  test('another port is not another host', async () => {
    const ports = [1, 2, 3, 4].map((port) => `https://app.example.com:${port}/`)
    for (const uri of ports) published.put(uri, objectAnswer('a.b.c'))
    const objects = asking()
    const found = await outcomes(ports.map((uri) => objects.find(stranger(ports), uri)))
    expect(found).toEqual(['a.b.c', 'a.b.c', 'a.b.c', BUSY])
  })

  test('for one stranger so often that the others have something left', async () => {
    const objects = asking({ ofOneClient: 2 })
    const found = await outcomes([0, 4, 8].map((place) => objects.find(stranger(many), many[place] ?? '')))
    expect(found).toEqual(['a.b.c', 'a.b.c', BUSY])
    expect(await objects.find(stranger(many, 'other'), many[8] ?? '')).toBe('a.b.c')
  })

  test('what strangers use up is not of those that the operator vouches for, nor what one of these does of another', async () => {
    const objects = asking({ aMinute: 1, ofOneHost: 1 })
    const [at = ''] = many
    const find = (client: ReturnType<typeof stranger>) => outcomes([objects.find(client, at)])
    expect([await find(stranger(many)), await find(stranger(many))]).toEqual([['a.b.c'], [BUSY]])
    const operators = vouchedFor(many, 'other')
    expect([await find(operators), await find(operators), await find(operators)]).toEqual([
      ['a.b.c'],
      ['a.b.c'],
      [BUSY],
    ])
    expect(await find(vouchedFor(many, 'third'))).toEqual(['a.b.c'])
  })
})

describe('RFC 9101 §10.4: what we ask for', () => {
  test.each([
    ['no keys', null],
    ['an empty set of keys', { keys: [] }],
  ])('nothing for a client with %s: whatever came, it could not be verified', async (_what, jwks) => {
    published.put(AT, objectAnswer('a.b.c'))
    const keyless = { ...stranger(), jwks, jwksUri: null }
    for (const uri of [AT, `${AT}#1`]) {
      expect(await outcomes([asking().find(keyless, uri)])).toEqual(['invalid_request_uri'])
    }
    expect(published.asked).toEqual([])
  })

  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
    'RFC 9101 §10.4.1: never at %s, whatever the name says',
    async (address) => {
      const family = address.includes(':') ? 6 : 4
      const resolve = async () => [{ address, family }]
      const outboundFetch = createOutboundFetch({ allowedHosts: [], resolve })
      const objects = createReferencedObjects({ outboundFetch, clock: clock })
      await expect(objects.find(stranger(), AT)).rejects.toMatchObject({
        code: 'invalid_request_uri',
        reason: expect.stringContaining('forbidden_address'),
      })
    },
  )

  test('RFC 9101 §10.4.2: 16 kilobytes and 5 seconds at most', async () => {
    let asked: unknown
    const objects = createReferencedObjects({
      clock: clock,
      outboundFetch: async (request) => {
        asked = request
        throw new OutboundFailure('too_large')
      },
    })
    await expect(objects.find(stranger(), AT)).rejects.toMatchObject({ code: 'invalid_request_uri' })
    expect(asked).toMatchObject({ method: 'GET', url: AT, maximumBytes: 16_384, timeoutMilliseconds: 5000 })
  })
})
