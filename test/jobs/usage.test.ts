import { afterAll, describe, expect, test } from 'vitest'
import type { Client } from '../../src/clients/client.ts'
import { issueCredential } from '../../src/clients/credentials.ts'
import { flushUsage } from '../../src/jobs/flush-usage.ts'
import { createUsage } from '../../src/jobs/usage.ts'
import { type CredentialId, newIdentifier } from '../../src/protocol/identifiers.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestRoom, start } from '../events/test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const confidentialClient = async (): Promise<Client> => {
  const client = await room.stores.clients.byClientId((await room.fixtures.firstParty()).clientId)
  if (!client) throw new RangeError('no such client')
  return client
}

const issue = async (client: Client) => {
  const issued = await room.act((acting) => issueCredential(acting, client))
  if (issued.outcome !== 'issued') throw new RangeError(issued.code)
  return issued
}

test('Uses of one kind that cannot be written are told of once those of the others are', async () => {
  const failure = new RangeError('the database is away')
  let isWritten = false
  const slow = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    isWritten = true
  }
  await expect(flushUsage([{ flush: () => Promise.reject(failure) }, { flush: slow }])).rejects.toBe(failure)
  expect(isWritten).toBe(true)
})

describe('uses of credentials', () => {
  const id = (): CredentialId => newIdentifier('credential', start, systemRandom)
  const lastUsedAt = async (client: Client, credentialId: CredentialId) =>
    (await room.stores.clientCredentials.of(client.id)).find((one) => one.id === credentialId)?.lastUsedAt

  test('are written in batches, the latest of each', async () => {
    const client = await confidentialClient()
    const [a, b] = [await issue(client), await issue(client)]
    const usage = createUsage({ write: room.stores.clientCredentials.used, maximumEntries: 100 })
    usage.used(a.credential.id, addSeconds(start, 2))
    usage.used(a.credential.id, addSeconds(start, 1))
    expect(await lastUsedAt(client, a.credential.id)).toBeNull()
    await usage.flush()
    expect(await lastUsedAt(client, a.credential.id)).toEqual(addSeconds(start, 2))
    expect(await lastUsedAt(client, b.credential.id)).toBeNull()
  })

  const recordingUsage = (maximumEntries: number) => {
    const batches: (readonly (readonly [CredentialId, Date])[])[] = []
    let failures = 0
    let running = 0
    let mostAtOnce = 0
    const write = async (uses: ReadonlyMap<CredentialId, Date>) => {
      if (failures-- > 0) throw new RangeError('the database is away')
      running += 1
      mostAtOnce = Math.max(mostAtOnce, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      batches.push([...uses])
    }
    const usage = createUsage({ write, maximumEntries })
    return {
      usage,
      batches,
      mostAtOnce: () => mostAtOnce,
      fail: (times: number) => {
        failures = times
      },
    }
  }

  test('outlive a failed flush, and later ones win over those kept', async () => {
    const { usage, batches, fail } = recordingUsage(10)
    const [a, b] = [id(), id()]
    usage.used(a, start)
    usage.used(b, start)
    fail(1)
    const failed = usage.flush()
    usage.used(a, addSeconds(start, 5))
    await expect(failed).rejects.toThrow('the database is away')
    await usage.flush()
    expect(batches.map((batch) => new Map(batch))).toEqual([
      new Map([
        [a, addSeconds(start, 5)],
        [b, start],
      ]),
    ])
  })

  test('are written by the last flush, after those under way', async () => {
    const { usage, batches, mostAtOnce } = recordingUsage(10)
    const [a, b] = [id(), id()]
    usage.used(a, start)
    const first = usage.flush()
    await Promise.resolve()
    usage.used(b, start)
    await Promise.all([first, usage.flush()])
    expect(batches.flat().map(([used]) => used)).toEqual([a, b])
    expect(mostAtOnce()).toBe(1)
  })

  test('are bounded: those noted longest ago are forgotten', async () => {
    const { usage, batches, fail } = recordingUsage(2)
    const [a, b, c] = [id(), id(), id()]
    usage.used(a, start)
    usage.used(b, start)
    usage.used(a, addSeconds(start, 1))
    usage.used(c, start)
    fail(1)
    await expect(usage.flush()).rejects.toThrow()
    await usage.flush()
    expect(batches.flat().map(([used]) => used)).toEqual([a, c])
  })

  test('of one kind are written even if those of another cannot be', async () => {
    const [broken, whole] = [recordingUsage(10), recordingUsage(10)]
    broken.usage.used(id(), start)
    broken.fail(1)
    whole.usage.used(id(), start)
    await expect(flushUsage([broken.usage, whole.usage])).rejects.toThrow('the database is away')
    await whole.usage.flush()
    expect(whole.batches).toHaveLength(1)
  })
})
