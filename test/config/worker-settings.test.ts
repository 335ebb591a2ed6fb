import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { hashesAtOnce } from '../../src/config/worker-settings.ts'

const server = {
  DATABASE_URL: 'postgres://latchkey@db.example.com/latchkey',
  LATCHKEY_SECRET: 'a secret for tests, long enough to be taken',
}
const poolSizeOf = (settings: Readonly<Record<string, string>>) => {
  const { database } = loadConfig({ ...server, ...settings })
  return database.kind === 'postgresql' ? database.poolSize : undefined
}

test.each(['1e2', ' 10'])('LATCHKEY_DATABASE_POOL_SIZE is refused as %j', (LATCHKEY_DATABASE_POOL_SIZE) => {
  expect(() => loadConfig({ ...server, LATCHKEY_DATABASE_POOL_SIZE })).toThrow(/whole number from 1 to 1000/)
})

describe('WORKERS', () => {
  test.each(['0', '-1', '257', '1e2', 'all', ' 2'])('is refused as %s', (WORKERS) => {
    expect(() => loadConfig({ ...server, WORKERS })).toThrow(
      'WORKERS must be auto, or a whole number from 1 to 256.',
    )
  })

  test('is one unless said, a number, or one for each core', () => {
    expect(loadConfig(server).workers).toBe(1)
    expect(loadConfig({ ...server, WORKERS: '256' }).workers).toBe(256)
    expect(loadConfig({ ...server, WORKERS: 'auto' }).workers).toBe(availableParallelism())
  })

  test('is one on the embedded store, which only one process can have', () => {
    expect(loadConfig({ WORKERS: 'auto' }).workers).toBe(1)
    expect(loadConfig({ WORKERS: '1' }).workers).toBe(1)
    expect(() => loadConfig({ WORKERS: '2' })).toThrow(
      'WORKERS needs DATABASE_URL: only one process can have the embedded store.',
    )
  })

  test.each([
    ['10', '1', 10],
    ['10', '4', 3],
    ['10', '64', 2],
    ['1', '4', 1],
  ])('of %s connections, %s workers get as many each: %i', (LATCHKEY_DATABASE_POOL_SIZE, WORKERS, each) => {
    expect(poolSizeOf({ LATCHKEY_DATABASE_POOL_SIZE, WORKERS })).toBe(each)
  })
})

test.each([
  [1, 1, 1],
  [1, 2, 1],
  [1, 3, 2],
  [1, 16, 2],
  [4, 4, 1],
])(
  'each of %i workers on %i cores hashes so many passwords at once, and one alone leaves a core: %i',
  (workers, cores, hashes) => {
    expect(hashesAtOnce(workers, cores)).toBe(hashes)
  },
)
