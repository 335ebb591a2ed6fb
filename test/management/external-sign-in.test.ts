import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

describe('completing an external sign-in', () => {
  test('is not found with the SDK, since no session is known', async () => {
    await expect(
      workos.connect.completeOAuth2({
        externalAuthId: 'ext_auth_01HXYZ',
        user: { id: 'u1', email: 'ada@example.com', metadata: { plan: 'free' } },
        userConsentOptions: [
          { claim: 'workspace', type: 'enum', label: 'Workspace', choices: [{ value: 'a', label: 'A' }] },
        ],
      }),
    ).rejects.toMatchObject({ status: 404 })
  })

  test.each([
    [{ user: { id: 'u1', email: 'ada@example.com' } }, 'external_auth_id'],
    [{ external_auth_id: 'x', user: { id: 'u1', email: 'nobody' } }, 'user.email'],
    [{ external_auth_id: 'x', user: { email: 'ada@example.com' } }, 'user.id'],
    [
      { external_auth_id: 'x', user: { id: 'u', email: 'a@example.com', metadata: { a: 'x'.repeat(601) } } },
      'user.metadata.a',
    ],
  ])('refuses a body without sense: %#', async (body, field) => {
    const answer = await management.post('/authkit/oauth2/complete', body)
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } })
  })
})
