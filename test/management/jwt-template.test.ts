import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JwtTemplateObject } from '../../src/objects/jwt-template.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, WorkOS } from '../support/management.ts'

const PATH = '/user_management/jwt_template'
const TEMPLATE =
  '{"urn:app:name": "{{user.first_name}} {{user.last_name}}", "urn:app:email": {{ user.email }}}'

let app: TestApp
let workos: WorkOS
let management: Management
beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

test('there is none until one is set; setting another one is a change with what was before', async () => {
  expect(await management.get(PATH)).toMatchObject({
    status: 404,
    body: { message: 'JWT template not found.' },
  })

  const { data: first } = await workos.put<JwtTemplateObject>(PATH, { content: TEMPLATE })
  expect(first).toEqual({
    object: 'jwt_template',
    content: TEMPLATE,
    created_at: expect.any(String),
    updated_at: first.created_at,
  })
  expect((await workos.get(PATH)).data).toEqual(first)

  app.clock.advance(60)
  const content = '{"tier": "{{ organization.metadata.tier || \'bronze\' }}"}'
  const { data: second } = await workos.put<JwtTemplateObject>(PATH, { content })
  expect(second).toMatchObject({ content, created_at: first.created_at })
  expect(second.updated_at > first.updated_at).toBe(true)
  // The same again is no change.
  expect((await workos.put(PATH, { content })).data).toEqual(second)

  const events = (await app.stores.events.byName('jwt_template.updated', 10)).sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )
  expect(events).toMatchObject([
    { data: first, before: null, actor: { type: 'api_key' } },
    { data: second, before: first },
  ])
})

test.each<[unknown, string]>([
  [{ content: '' }, 'content'],
  [{ content: '{}' }, 'content'],
  [{ content: '{"sub": "x"}' }, 'content'],
  [{ content: '{"aud": "x"}' }, 'content'],
  [{ content: '{"a": {{ user.password_hash }}}' }, 'content'],
  [{ content: '{"a": "{{ user.metadata }}"}' }, 'content'],
  [{ content: `{"a": "${'x'.repeat(10_000)}"}` }, 'content'],
  [{ content: null }, 'content'],
  [{ content: { a: 1 } }, 'content'],
  [{}, 'content'],
  [{ content: TEMPLATE, custom_claims: {} }, 'custom_claims'],
])('%j is refused, and the template stays', async (body, field) => {
  const before = await management.get(PATH)
  const answer = await management.put(PATH, body)
  expect(answer.status).toBe(422)
  expect(answer.body).toMatchObject({
    code: 'invalid_request_parameters',
    message: expect.any(String),
    errors: [{ field }],
  })
  expect((await management.get(PATH)).body).toEqual(before.body)
})

test('ten templates at once: the last is kept, and each event begins where the one before ended', async () => {
  const contents = Array.from({ length: 10 }, (_, i) => `{"a": ${i}}`)
  await Promise.all(contents.map((content) => management.put(PATH, { content })))
  const kept = (await management.get(PATH)).body as JwtTemplateObject
  const events = await app.stores.events.byName('jwt_template.updated', 100)
  const raced = events.filter(({ data }) => contents.includes(String(data['content'])))
  expect(raced).toHaveLength(10)
  const followed = new Set(raced.map(({ before }) => before?.['content']))
  expect(raced.filter(({ data }) => !followed.has(data['content'])).map(({ data }) => data)).toEqual([kept])
})

test('needs the right to it', async () => {
  const reader = await app.management(['environment:read'])
  const before = await reader.get(PATH)
  expect((await reader.put(PATH, { content: TEMPLATE })).status).toBe(403)
  expect((await reader.get(PATH)).body).toEqual(before.body)
})
