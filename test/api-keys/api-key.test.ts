import { afterAll, describe, expect, test } from 'vitest'
import { createApiKey, verifyApiKey } from '../../src/api-keys/api-key.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { newCheckedHandle } from '../../src/system/checked-handle.ts'
import { sha256 } from '../../src/system/hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestRoom } from '../events/test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const create = async () => {
  const created = await room.act((acting) => createApiKey(acting, { name: 'CI', permissions: ['*', '*'] }), {
    type: 'api_key',
    id: newIdentifier('apiKey', room.clock.now(), systemRandom),
  })
  if (created.outcome === 'refused') throw new RangeError(created.code)
  return created
}

describe('API keys', () => {
  test('are a prefix, 256 random bits and a checksum, and shown once', async () => {
    const { value, apiKey } = await create()
    expect(value).toMatch(/^sk_[A-Za-z0-9_-]{43}[0-9a-z]{7}$/)
    expect(apiKey).toMatchObject({
      obfuscatedValue: `sk_...${value.slice(-4)}`,
      valueHash: sha256(value),
      permissions: ['*'],
    })
    const kept = [
      ...(await room.stores.apiKeys.all()),
      ...(await room.eventsOf('management_api_key.created', apiKey.id)),
    ]
    expect(kept.length).toBeGreaterThanOrEqual(2)
    expect(JSON.stringify(kept)).not.toContain(value)
  })

  test('open by their value and by nothing else', async () => {
    const { value, apiKey } = await create()
    expect(await verifyApiKey(room.stores, value)).toEqual(apiKey)
    const others = [newCheckedHandle('sk_', systemRandom), newCheckedHandle('lks_', systemRandom)]
    for (const text of [...others, apiKey.valueHash, value.slice(0, -1), `${value}x`, '']) {
      expect(await verifyApiKey(room.stores, text)).toBeUndefined()
    }
  })

  test('that cannot be ours never reach the database', async () => {
    const { value } = await create()
    const stores = {
      apiKeys: {
        ...room.stores.apiKeys,
        liveByValue: () => Promise.reject(new RangeError('the database was asked')),
      },
    }
    expect(await verifyApiKey(stores, `${value.slice(0, -1)}_`)).toBeUndefined()
    await expect(verifyApiKey(stores, value)).rejects.toThrow('the database was asked')
  })
})
