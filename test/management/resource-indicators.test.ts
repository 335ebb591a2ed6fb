import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ListObject } from '../../src/objects/list.ts'
import type { ResourceIndicatorObject } from '../../src/objects/resource-indicator.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { Management, WorkOS } from '../support/management.ts'

const PATH = '/user_management/authkit_oauth_resources'

let app: TestApp
let workos: WorkOS
let management: Management
beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const list = async () =>
  ((await management.get(`${PATH}?limit=100`)).body as ListObject<ResourceIndicatorObject>).data

describe('resource indicators', () => {
  test('are registered, listed over pages and removed, each with its event', async () => {
    const created: ResourceIndicatorObject[] = []
    // Byte for byte: a trailing slash makes another one.
    for (const uri of ['https://api.example.com', 'https://api.example.com/', 'urn:example:api']) {
      const { data } = await workos.post<ResourceIndicatorObject>(PATH, { uri })
      expect(data).toEqual({
        object: 'authkit_oauth_resource',
        id: expect.stringMatching(/^authkit_oauth_resource_[0-9A-Z]{26}$/),
        uri,
        default: false,
        created_at: expect.any(String),
        updated_at: data.created_at,
      })
      created.push(data)
    }
    const { data: page } = await workos.get<ListObject<ResourceIndicatorObject>>(PATH, {
      query: { limit: 2, order: 'desc' },
    })
    expect(page.data).toEqual(created.toReversed().slice(0, 2))
    const [first] = created
    const id = first?.id ?? ''
    expect((await management.delete(`${PATH}/${id}`)).status).toBe(204)
    expect((await management.delete(`${PATH}/${id}`)).status).toBe(404)
    expect(await list()).toEqual(created.slice(1).toReversed())
    const names = ['resource_indicator.created', 'resource_indicator.deleted'] as const
    expect(await eventsOf(app, id, names)).toMatchObject([{ data: first }, { data: first }])
  })

  test('a new default takes the place of the former, also of ten at once', async () => {
    const uris = Array.from({ length: 10 }, (_, i) => `https://default-${i}.example.com`)
    const answers = await Promise.all(uris.map((uri) => management.post(PATH, { uri, default: true })))
    expect(answers.map(({ status }) => status)).toEqual(uris.map(() => 201))
    expect((await list()).filter((each) => each.default)).toHaveLength(1)
    const [former] = (await list()).filter((each) => each.default)
    const last = await management.post(PATH, { uri: 'https://last.example.com', default: true })
    expect((await list()).filter((each) => each.default)).toEqual([last.body])
    const [demoted] = (await list()).filter(({ id }) => id === former?.id)
    expect((await eventsOf(app, former?.id ?? '', ['resource_indicator.updated'])).at(-1)).toMatchObject({
      data: demoted,
      before: former,
    })
  })

  test('one that is refused leaves the default where it was', async () => {
    const before = await list()
    const taken = before.find((each) => !each.default)
    const answer = await management.post(PATH, { uri: taken?.uri, default: true })
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'uri', code: 'resource_already_exists' }] },
    })
    expect(await list()).toEqual(before)
  })

  test('the same one is registered once, however many ask at once', async () => {
    const uri = 'https://once.example.com'
    const answers = await Promise.all(Array.from({ length: 10 }, () => management.post(PATH, { uri })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(422)])
    expect((await list()).filter((each) => each.uri === uri)).toHaveLength(1)
  })

  test.each<[Record<string, unknown>, string, string]>([
    [{ uri: '' }, 'uri', 'resource_invalid'],
    [{ uri: 'api' }, 'uri', 'resource_invalid'],
    [{ uri: 'https://api.example.com/#x' }, 'uri', 'resource_invalid'],
    [{ uri: 'https://*.example.com' }, 'uri', 'resource_invalid'],
    [{ uri: 'https://api.example.com/a b' }, 'uri', 'resource_invalid'],
    [{}, 'uri', 'required'],
    [{ uri: ['https://api.example.com'] }, 'uri', 'invalid_type'],
    [{ uri: 'https://x.example.com', default: 1 }, 'default', 'invalid_type'],
    [{ uri: 'https://x.example.com', object: 'x' }, 'object', 'unknown_field'],
  ])('%j is refused', async (body, field, code) => {
    const before = await list()
    const answer = await management.post(PATH, body)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({ errors: [{ field, code }] })
    expect(await list()).toEqual(before)
  })

  test('cursors of another collection are refused', async () => {
    const { status, body } = await management.get(`${PATH}?after=org_01ARZ3NDEKTSV4RRFFQ69G5FAV`)
    expect(status).toBe(422)
    expect(body).toMatchObject({ errors: [{ field: 'after', code: 'invalid_cursor' }] })
  })
})
