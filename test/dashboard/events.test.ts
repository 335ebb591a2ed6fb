import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csvLine } from '../../src/dashboard/event-export.ts'
import { textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const PATH = '/dashboard/events'

describe('events at the dashboard', () => {
  test.each(['=HYPERLINK("https://evil.example")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
    'in a table hold no formula: %j is text there',
    (formula) => {
      expect(csvLine(['a', formula, 'b'])).toMatch(/^a,"?'[=+\-@\t\r].*"?,b\r\n$/s)
    },
  )

  test.each([
    ['a, "b"', '"a, ""b"""'],
    ['two\nlines', '"two\nlines"'],
    ['a=b', 'a=b'],
  ])('in a table are what they are otherwise: %j', (text, cell) => {
    expect(csvLine([text])).toBe(`${cell}\r\n`)
  })

  test('are filtered by name and organization; a file holds the same', async () => {
    const management = await app.management()
    const name = '=HYPERLINK("https://evil.example","Click")'
    const { body } = await management.post('/organizations', { name })
    const { id } = body as { id: string }
    await app.fixtures.organization('Another')
    const { browser } = await operatorAt(app, 'viewer', PATH)
    const query = new URLSearchParams({ events: 'organization.created', organization_id: id })
    const filtered = await browser.get(`${PATH}?${query}`)
    expect(filtered.body).toContain(id)
    expect(filtered.body.match(/<tr id="event_/g)).toHaveLength(1)
    const csv = await browser.get(`${PATH}/export?format=csv&${query}`)
    expect(csv.headers.get('content-disposition')).toContain('events.csv')
    const lines = csv.body.trimEnd().split('\r\n')
    expect(lines).toHaveLength(2)
    const json = await browser.get(`${PATH}/export?format=jsonl&${query}`)
    expect(JSON.parse(json.body)).toMatchObject({ event: 'organization.created', data: { name } })
  })

  test('of a filter that makes no sense are not shown, and the field says why', async () => {
    const { browser } = await operatorAt(app, 'viewer', PATH)
    const refused = await browser.get(`${PATH}?range_start=${encodeURIComponent('<b>yesterday</b>')}`)
    expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="range_start-error"') })
    expect(refused.body).not.toContain('<b>yesterday')
  })

  test('of a time that ends before it begins are refused with words, in a list and in a file', async () => {
    const { browser } = await operatorAt(app, 'viewer', PATH)
    const query = 'range_start=2026-02-01&range_end=2026-01-31'
    const refused = await browser.get(`${PATH}?${query}`)
    expect(refused.status).toBe(422)
    expect(textIn(refused, 'range_end-error')).toContain('Is not after “From”')
    expect(await browser.get(`${PATH}/export?${query}`)).toMatchObject({ status: 422 })
  })

  test.each(['format=zzz', 'after=forged', 'before=forged', 'after=event_01M8K87S4EHWBGCKV3X073KNRX'])(
    'are no file of %s',
    async (query) => {
      const { browser } = await operatorAt(app, 'viewer', PATH)
      const refused = await browser.get(`${PATH}/export?${query}`)
      expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="refused"') })
      expect(refused.headers.get('content-disposition')).toBeNull()
    },
  )

  test('go beyond a page by cursors, which a file does by itself', async () => {
    for (let one = 0; one < 30; one++) await app.fixtures.organization()
    const { browser, visited } = await operatorAt(app, 'viewer', PATH)
    const href = /id="older"[^>]*href="([^"]+)"/.exec(visited.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const older = await browser.get(href)
    expect(older.body).toContain('id="newer"')
    const { body } = await browser.get(`${PATH}/export?format=jsonl`)
    expect(body.trimEnd().split('\n').length).toBeGreaterThan(30)
  })

  test('say what was changed, as text', async () => {
    const management = await app.management()
    const { body } = await management.post('/organizations', { name: '<i>Before</i>' })
    const { id } = body as { id: string }
    await management.put(`/organizations/${id}`, { name: 'Then' })
    const { browser } = await operatorAt(app, 'viewer')
    const list = await browser.get(`${PATH}?events=organization.updated&organization_id=${id}`)
    const [path = ''] = /\/dashboard\/events\/event_\w+/.exec(list.body) ?? []
    const event = await browser.get(path)
    expect(event.body).toContain('id="change-name"')
    expect(event.body).not.toContain('<i>Before')
    expect(await browser.get(`${PATH}/event_none`)).toMatchObject({ status: 404 })
  })
})
