import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Management, workosOf } from '../support/management.ts'

let app: TestApp
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const key = (value: string) => ({ 'idempotency-key': value })

const named = async (name: string): Promise<unknown[]> => {
  const { body } = await management.get('/organizations?limit=100')
  return (body as { data: { name: string }[] }).data.filter((organization) => organization.name === name)
}

describe('Idempotency-Key', () => {
  test('the same request gets the same answer, and the change is made once', async () => {
    const first = await management.post('/organizations', { name: 'Once' }, key('once'))
    const second = await management.post('/organizations', { name: 'Once' }, key('once'))
    expect(first.status).toBe(201)
    expect(second.status).toBe(201)
    expect(second.body).toEqual(first.body)
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(await named('Once')).toHaveLength(1)
  })

  test('of twenty at once the change is made once, and all get its answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => management.post('/organizations', { name: 'Raced' }, key('raced'))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await named('Raced')).toHaveLength(1)
  })

  test('the same key with another body, path or method is refused, and nothing is changed', async () => {
    const created = await management.post('/organizations', { name: 'Mine' }, key('mine'))
    const { id } = created.body as { id: string }
    for (const refused of [
      await management.post('/organizations', { name: 'Other' }, key('mine')),
      await management.post('/organizations?', { name: 'Mine', external_id: 'x' }, key('mine')),
      await management.delete(`/organizations/${id}`, undefined, key('mine')),
    ]) {
      expect(refused.status).toBe(422)
      expect(refused.body).toMatchObject({ errors: [{ code: 'idempotency_key_reused' }] })
    }
    expect(await named('Other')).toEqual([])
    expect((await management.get(`/organizations/${id}`)).status).toBe(200)
  })

  test('a change without an answer is replayed too', async () => {
    const { body } = await management.post('/organizations', { name: 'Short-lived' })
    const path = `/organizations/${(body as { id: string }).id}`
    const first = await management.delete(path, undefined, key('short-lived'))
    const second = await management.delete(path, undefined, key('short-lived'))
    expect([first.status, second.status]).toEqual([200, 200])
    expect((await management.delete(path)).status).toBe(404)
  })

  test('a refused request leaves the key free: nothing was changed', async () => {
    expect((await management.post('/organizations', { name: '' }, key('retried'))).status).toBe(422)
    expect((await management.post('/organizations', { name: 'Retried' }, key('retried'))).status).toBe(201)
  })

  test('keys of one API key are nothing to another', async () => {
    const other = await app.management()
    const [mine, theirs] = [
      await management.post('/organizations', { name: 'Shared' }, key('shared')),
      await other.post('/organizations', { name: 'Shared' }, key('shared')),
    ]
    expect(theirs.status).toBe(201)
    expect((theirs.body as { id: string }).id).not.toBe((mine.body as { id: string }).id)
  })

  test('after 24 hours the key is forgotten', async () => {
    const first = await management.post('/organizations', { name: 'Daily' }, key('daily'))
    app.clock.advance(24 * 3600 - 1)
    const late = await management.post('/organizations', { name: 'Daily' }, key('daily'))
    expect(late.body).toEqual(first.body)
    app.clock.advance(1)
    const later = await management.post('/organizations', { name: 'Daily' }, key('daily'))
    expect(later.status).toBe(201)
    expect((later.body as { id: string }).id).not.toBe((first.body as { id: string }).id)
  })

  test('a key that no header should carry is refused', async () => {
    for (const value of ['', 'with space', 'k'.repeat(256)]) {
      const { status, body } = await management.post('/organizations', { name: 'No' }, key(value))
      expect(status).toBe(400)
      expect(body).toMatchObject({ code: 'invalid_idempotency_key' })
    }
    expect(await named('No')).toEqual([])
  })

  test('what is kept of an answer cannot be read without the key', async () => {
    await management.post('/organizations', { name: 'Kept in secret' }, key('sealed'))
    const { sql } = await import('kysely')
    const { rows } = await sql<{
      answer_sealed: string
      request_hash: string
    }>`select * from idempotent_answer`.execute(app.testDatabase.database.kysely)
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain('Kept in secret')
    expect(JSON.stringify(rows)).not.toContain('"sealed"')
    // Nor guessed from a plain hash of what was sent.
    const plain = createHash('sha256')
      .update('POST /organizations\n{"name":"Kept in secret"}')
      .digest('base64url')
    expect(rows.map((row) => row.request_hash)).not.toContain(plain)
  })

  test('the SDK may retry a POST that was answered and lost on the way', async () => {
    let lost = 0
    const flaky: typeof fetch = async (...request) => {
      const response = await fetch(...request)
      if (response.ok && lost++ === 0) return new Response('{"message":"lost"}', { status: 503 })
      return response
    }
    const workos = workosOf(app.issuer, management.apiKey, { maxRetries: 1, fetchFn: flaky })
    const created = await workos.organizations.createOrganization({ name: 'Lost and found' })
    expect(await named('Lost and found')).toMatchObject([{ id: created.id }])
  })
})
