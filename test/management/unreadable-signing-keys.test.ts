import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management } from '../support/management.ts'

let app: TestApp
let management: Management
beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

describe('a signing key that was sealed with another LATCHKEY_SECRET', () => {
  test('lets no key beside it: rotating gets 409, and nothing is changed', async () => {
    const { kysely } = app.testDatabase.database
    await kysely.updateTable('signing_key').set({ private_jwk_sealed: 'x' }).execute()
    const keys = await kysely.selectFrom('signing_key').selectAll().execute()
    expect(await management.post('/latchkey/v1/signing_keys/rotate', { algorithm: 'RS256' })).toMatchObject({
      status: 409,
      body: { code: 'signing_key_unreadable' },
    })
    expect(await kysely.selectFrom('signing_key').selectAll().execute()).toEqual(keys)
  })
})
