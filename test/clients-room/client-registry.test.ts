import { afterAll, describe, expect, test } from 'vitest'
import type { Client } from '../../src/clients/client.ts'
import { createClientRegistry } from '../../src/clients/client-registry.ts'
import { deleteCredential } from '../../src/clients/credentials.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { isUnavailable } from '../../src/system/failure-code.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestRoom, standingClock, start } from '../events/test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const newClientId = async () => (await room.fixtures.firstParty()).clientId
const unknownId = () => newIdentifier('client', start, systemRandom)

/** A registry over the real store, whose reads are counted and may be held up after the row has been read. */
const openRegistry = ({ cacheSeconds = 5, maximumEntries = 100, patienceMilliseconds = 5000 } = {}) => {
  const reads: string[] = []
  let held: Promise<void> = Promise.resolve()
  let latest: Promise<unknown> = Promise.resolve()
  let failure: Error | undefined
  const clock = standingClock()
  const byClientId = async (clientId: string): Promise<Client | undefined> => {
    reads.push(clientId)
    const wait = held
    if (failure) throw failure
    const reading = room.stores.clients.byClientId(clientId)
    latest = reading
    const client = await reading
    await wait
    return client
  }
  const registry = createClientRegistry({
    stores: { clients: { ...room.stores.clients, byClientId } },
    clock,
    cacheSeconds,
    maximumEntries,
    patienceMilliseconds,
  })
  return {
    registry,
    reads,
    clock,
    /** Reads that begin from here on end when the returned function is called. */
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return () => {
        held = Promise.resolve()
        resolve()
      }
    },
    /** When the rows of all reads so far have been read. */
    readsDone: () => latest,
    failWith: (error: Error | undefined) => {
      failure = error
    },
  }
}

describe('the client registry', () => {
  test('reads a client once while it is warm', async () => {
    const { registry, reads, clock } = openRegistry()
    const clientId = await newClientId()
    const client = await registry.find(clientId)
    expect(client).toMatchObject({ clientId, redirectUris: [{ isDefault: true }], credentials: [{}] })
    clock.forward(4.999)
    expect(await registry.find(clientId)).toBe(client)
    expect(reads).toHaveLength(1)
  })

  test('reads again when its time is over, announced or not', async () => {
    const { registry, reads, clock } = openRegistry()
    const clientId = await newClientId()
    await registry.find(clientId)
    clock.forward(5)
    await registry.find(clientId)
    expect(reads).toHaveLength(2)
  })

  test('a clock set back does not make what is cached live on', async () => {
    const { registry, reads, clock } = openRegistry()
    const clientId = await newClientId()
    clock.forward(3600)
    await registry.find(clientId)
    clock.forward(-3600)
    await registry.find(clientId)
    expect(reads).toHaveLength(2)
  })

  test('many at once are one read', async () => {
    const { registry, reads } = openRegistry()
    const clientId = await newClientId()
    const found = await Promise.all(Array.from({ length: 50 }, () => registry.find(clientId)))
    expect(new Set(found).size).toBe(1)
    expect(reads).toHaveLength(1)
  })

  test('what was invalidated is read again, and nothing else', async () => {
    const { registry, reads } = openRegistry()
    const [a, b] = [await newClientId(), await newClientId()]
    const [before] = [await registry.find(a), await registry.find(b)]
    const credential = before?.credentials[0]
    if (!credential) throw new RangeError()
    await room.act((acting) => deleteCredential(acting, credential.id))
    registry.invalidate(a)
    expect((await registry.find(a))?.credentials).toEqual([])
    await registry.find(b)
    expect(reads).toEqual([a, b, a])
  })

  for (const invalidate of ['invalidate', 'invalidateAll'] as const) {
    /** A lookup that has read the client with its credential, which is deleted before the lookup ends. */
    const lookupOvertaken = async () => {
      const opened = openRegistry()
      const clientId = await newClientId()
      const release = opened.hold()
      const early = opened.registry.find(clientId)
      const credential = (await room.stores.clients.byClientId(clientId))?.credentials[0]
      if (!credential) throw new RangeError()
      await opened.readsDone()
      await room.act((acting) => deleteCredential(acting, credential.id))
      opened.registry[invalidate](clientId)
      return { ...opened, clientId, early, release }
    }

    test(`${invalidate} during a lookup wins: what the lookup read is not kept`, async () => {
      const { registry, reads, clientId, early, release } = await lookupOvertaken()
      release()
      expect((await early)?.credentials).toHaveLength(1)
      expect((await registry.find(clientId))?.credentials).toEqual([])
      expect(reads).toHaveLength(2)
    })

    test(`${invalidate} during a lookup wins: who asks afterwards does not wait for it, nor is overwritten`, async () => {
      const { registry, reads, clientId, early, release, hold } = await lookupOvertaken()
      // The second read is not held up.
      hold()()
      expect((await registry.find(clientId))?.credentials).toEqual([])
      release()
      expect((await early)?.credentials).toHaveLength(1)
      expect((await registry.find(clientId))?.credentials).toEqual([])
      expect(reads).toHaveLength(2)
    })
  }

  test('what cannot be a client ID never reaches the database', async () => {
    const { registry, reads } = openRegistry()
    const known = await newClientId()
    for (const text of [
      '',
      'client_',
      'x',
      known.toLowerCase(),
      `${known}x`,
      `${known}\0`,
      'user_1',
      `'--`,
    ]) {
      expect(await registry.find(text)).toBeUndefined()
    }
    expect(reads).toEqual([])
  })

  test('a flood of unknown client IDs pushes no real client out', async () => {
    const { registry, reads } = openRegistry({ maximumEntries: 2 })
    const clientId = await newClientId()
    await registry.find(clientId)
    for (let i = 0; i < 20; i++) expect(await registry.find(unknownId())).toBeUndefined()
    await registry.find(clientId)
    expect(reads.filter((read) => read === clientId)).toHaveLength(1)
  })

  test('an ID that was unknown is found as soon as it is registered', async () => {
    const { registry } = openRegistry()
    const clientId = unknownId()
    expect(await registry.find(clientId)).toBeUndefined()
    const application = await room.stores.clients.byClientId(await newClientId())
    if (!application) throw new RangeError()
    const { redirectUris: _uris, credentials: _credentials, ...fields } = application
    await room.stores.clients.insert(
      { ...fields, id: newIdentifier('application', start, systemRandom), clientId },
      [],
    )
    expect(await registry.find(clientId)).toMatchObject({ clientId })
  })

  test('is bounded, and drops what was used longest ago', async () => {
    const { registry, reads } = openRegistry({ maximumEntries: 2 })
    const [a, b, c] = [await newClientId(), await newClientId(), await newClientId()]
    await registry.find(a)
    await registry.find(b)
    await registry.find(a)
    await registry.find(c)
    await registry.find(a)
    expect(reads).toEqual([a, b, c])
    await registry.find(b)
    expect(reads).toEqual([a, b, c, b])
  })

  test('a failed read is not kept', async () => {
    const { registry, failWith } = openRegistry()
    const clientId = await newClientId()
    failWith(new RangeError('the database is away'))
    await expect(registry.find(clientId)).rejects.toThrow('the database is away')
    failWith(undefined)
    expect(await registry.find(clientId)).toMatchObject({ clientId })
  })

  test('a read that takes too long is given up, and whoever asks next asks anew', async () => {
    const { registry, reads, hold } = openRegistry({ patienceMilliseconds: 50 })
    const clientId = await newClientId()
    const release = hold()
    const waiting = [registry.find(clientId), registry.find(clientId)]
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome.status === 'rejected' && isUnavailable(outcome.reason)).toBe(true)
    }
    expect(reads).toHaveLength(1)
    // The second read is not held up.
    hold()()
    const client = await registry.find(clientId)
    expect(client).toMatchObject({ clientId })
    // What comes of the first after all changes nothing.
    release()
    await new Promise(setImmediate)
    expect(await registry.find(clientId)).toBe(client)
    expect(reads).toHaveLength(2)
  })
})
