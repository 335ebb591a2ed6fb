import { expect, test } from 'vitest'
import { rotateSigningKeysJob } from '../../src/jobs/rotate-signing-keys.ts'
import { rotationTimes } from '../../src/signing-keys/rotation.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { systemRandom } from '../../src/system/random.ts'
import { sealerFor, secret, settableClock } from '../signing-keys/keys.ts'
import { openTestDatabase } from '../support/database-server.ts'
import { recordIn } from '../support/record-in.ts'

test('the job makes the first keys, later their successors, and reports each once', async () => {
  await using opened = await openTestDatabase()
  const clock = settableClock()
  const created: string[] = []
  const times = rotationTimes({
    keySetCacheSeconds: 300,
    cacheSeconds: 5,
    idTokenSeconds: 3600,
    longestAccessTokenSeconds: 300,
  })
  const job = rotateSigningKeysJob({
    transaction: transactionOn(opened.database.kysely),
    sealer: sealerFor(secret),
    random: systemRandom,
    algorithms: ['ES256', 'EdDSA'],
    times,
    recordIn,
    clock,
    onCreated: ({ algorithm }) => created.push(algorithm),
  })
  const { signal } = new AbortController()
  await job.run(signal)
  await job.run(signal)
  expect(created).toEqual(['ES256', 'EdDSA'])
  clock.forward(times.signingSeconds)
  await Promise.all([job.run(signal), job.run(signal)])
  expect(created).toEqual(['ES256', 'EdDSA', 'ES256', 'EdDSA'])
})
