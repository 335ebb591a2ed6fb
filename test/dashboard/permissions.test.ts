import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, noticeOn, post, textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const PATH = '/dashboard/permissions'
const MARKUP = '<script>alert(1)</script>\u202e"\''

describe('permissions at the dashboard', () => {
  test('teach what they are for where there are none, and are created', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', PATH)
    expect(visited.body).toContain('class="empty"')
    const created = await browser.submit(visited, {
      slug: ' invoices:read ',
      name: 'Read invoices',
      description: '',
    })
    expect(noticeOn(created)).toBe('Created.')
    expect(created.body).toContain('Read invoices')
  })

  test('that are refused say why beside the field; what was typed stays, as text', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', PATH)
    const refused = await browser.submit(visited, { slug: 'Not A Slug', name: MARKUP, description: MARKUP })
    expect(refused.status).toBe(422)
    expect(refused.body).toContain('id="slug-error"')
    expect(refused.body).not.toContain('<script>alert')
    expect(refused.body).toContain('&lt;script>alert(1)&lt;/script>')
  })

  test('are shown as text, whatever their words hold', async () => {
    await app.fixtures.permission('odd:words', '<script>alert(1)</script>', '"><b>bold')
    const { browser } = await operatorAt(app, 'viewer', PATH)
    for (const path of [PATH, `${PATH}/odd:words`]) {
      const { status, body } = await browser.get(path)
      expect(status).toBe(200)
      expect(body).not.toContain('<script>alert')
    }
  })

  test('that two operators edit at once are overwritten by neither: the second is told what is saved', async () => {
    await app.fixtures.permission('both:edit', 'Before')
    const first = await operatorAt(app, 'admin', `${PATH}/both:edit`)
    const second = await operatorAt(app, 'owner', `${PATH}/both:edit`)
    app.clock.advance(1)
    expect(noticeOn(await first.browser.submit(first.visited, { name: 'Of the first' }))).toBe('Saved.')
    const told = await second.browser.submit(second.visited, { name: 'Of the second' })
    expect(told.status).toBe(409)
    expect(textIn(told, 'name-saved')).toBe('Saved meanwhile: Of the first')
    expect(told.body).toContain('value="Of the second"')
    expect(noticeOn(await second.browser.submit(told, { name: 'Of both' }))).toBe('Saved.')
  })

  test('are not overwritten by a form that was refused for another reason before', async () => {
    await app.fixtures.permission('twice:refused', 'Before')
    const path = `${PATH}/twice:refused`
    const first = await operatorAt(app, 'admin', path)
    const second = await operatorAt(app, 'admin', path)
    app.clock.advance(1)
    await first.browser.submit(first.visited, { name: 'Of the first' })
    const refused = await second.browser.submit(second.visited, { name: '\0' })
    expect(refused.status).toBe(422)
    const told = await second.browser.submit(refused, { name: 'Of the second' })
    expect(told.status).toBe(409)
    expect(textIn(told, 'name-saved')).toBe('Saved meanwhile: Of the first')
  })

  test('are deleted once their scope was typed', async () => {
    await app.fixtures.permission('to:delete', 'To delete')
    const { browser, visited } = await operatorAt(app, 'admin', `${PATH}/to:delete`)
    const refused = await browser.submit(visited, { confirmation: 'to:keep' })
    expect(refused.status).toBe(422)
    expect(refused.body).toContain('id="confirmation-error"')
    expect(noticeOn(await browser.submit(refused, { confirmation: 'to:delete' }))).toBe('Deleted.')
    expect(await browser.get(`${PATH}/to:delete`)).toMatchObject({ status: 404 })
  })

  test('are not changed by a viewer, whatever is sent', async () => {
    await app.fixtures.permission('view:only', 'View')
    const { browser, visited } = await operatorAt(app, 'viewer', `${PATH}/view:only`)
    expect(visited.body).not.toMatch(/id="(save|confirm)"/)
    const csrf_token = csrfTokenOn(visited)
    const forms = {
      [PATH]: { slug: 'x:y', name: 'X' },
      [`${PATH}/view:only`]: { name: 'Changed', updated_at: '' },
      [`${PATH}/view:only/delete`]: { confirmation: 'view:only' },
    }
    for (const [path, form] of Object.entries(forms)) {
      expect(await post(app, browser, path, { ...form, csrf_token })).toMatchObject({ status: 403 })
    }
    expect((await browser.get(`${PATH}/view:only`)).body).toContain('View')
  })

  test.each(['after=forged', 'before=perm_x', 'after=perm_01ARZ3NDEKTSV4RRFFQ69G5FAV%00', 'after=a&after=b'])(
    'by a forged cursor (%s) are refused, or begin anew',
    async (query) => {
      const { browser } = await operatorAt(app, 'viewer')
      expect([200, 422]).toContain((await browser.get(`${PATH}?${query}`)).status)
    },
  )
})
