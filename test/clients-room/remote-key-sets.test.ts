import { beforeEach, describe, expect, test } from 'vitest'
import { createRemoteKeySets, type RemoteKeySets } from '../../src/clients/remote-key-sets.ts'
import { type ClientId, parseClientId } from '../../src/protocol/identifiers.ts'
import { type Documents, documents } from '../support/metadata-documents.ts'
import { type SettableClock, settableClock } from '../support/settable-clock.ts'
import { newTestKey } from '../support/signing-client.ts'

/* RFC 7591 §5: what a server does at the word of clients that register themselves is bounded. */

const URI = 'https://client.example/jwks'
const limits = { aMinute: 4, ofOneHost: 2 }

let clock: SettableClock
let published: Documents
let sets: RemoteKeySets
beforeEach(async () => {
  clock = settableClock()
  published = documents()
  published.put(URI, { keys: [(await newTestKey()).publicJwk] })
  sets = createRemoteKeySets({ outboundFetch: published.outboundFetch, clock, limits })
})

const publisher = (serial: number, jwksUri = URI) => ({
  clientId: parseClientId(`client_01ARZ3NDEKTSV4RRFFQ69G5F${serial}0`) as ClientId,
  wasDynamicallyRegistered: true,
  jwksUri,
})

const find = async (of: ReturnType<typeof publisher>): Promise<number> =>
  (await sets.find(of, () => true)).length

const BUSY = { code: 'temporarily_unavailable' }

describe('RFC 7591 §5: key sets of clients that nobody vouches for', () => {
  test('of one host are asked for so often in a minute, however many registered with one address', async () => {
    expect([await find(publisher(1)), await find(publisher(2))]).toEqual([1, 1])
    await expect(find(publisher(3))).rejects.toMatchObject(BUSY)
    await expect(find(publisher(3, `${URI}?another`))).rejects.toMatchObject(BUSY)
    expect(published.asked).toEqual([URI, URI])
    clock.advance(60)
    expect(await find(publisher(3))).toBe(1)
  })

  test('of all hosts are asked for so often in a minute', async () => {
    for (let host = 0; host < limits.aMinute; host++) await find(publisher(1, `https://h${host}.example/`))
    await expect(find(publisher(1))).rejects.toMatchObject(BUSY)
    expect(published.asked.length).toBe(limits.aMinute)
  })

  test('that are known go on serving meanwhile', async () => {
    await find(publisher(1))
    clock.advance(301)
    expect([await find(publisher(2)), await find(publisher(3))]).toEqual([1, 1])
    expect(await find(publisher(1))).toBe(1)
    expect(published.asked.length).toBe(3)
  })

  test('have no share in what is asked for clients of the operator', async () => {
    expect([await find(publisher(1)), await find(publisher(2))]).toEqual([1, 1])
    for (const serial of [4, 5, 6]) {
      expect(await find({ ...publisher(serial), wasDynamicallyRegistered: false })).toBe(1)
    }
  })
})
