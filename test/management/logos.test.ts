import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logoOf } from '../../src/interaction/logo.ts'
import { sweepExpired } from '../../src/jobs/sweep-expired.ts'
import { expiringTables } from '../../src/storage/stores/expired-rows.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { extendedHeader, lossy, png, pngChunk, svg, webp } from '../images/pictures.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, ManagementAnswer } from '../support/management.ts'
import { issuingNothing } from '../support/relying-party.ts'

let app: TestApp
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const application = async () => (await app.fixtures.firstParty()).id
const logosOf = (id: string) => `/latchkey/v1/applications/${id}/logos`

interface Logos {
  readonly light: string | null
  readonly dark: string | null
  readonly removed?: readonly string[]
}

const logos = ({ body }: ManagementAnswer): Logos => body as Logos

const put = (id: string, theme: 'light' | 'dark', picture: Uint8Array, type = 'image/png') =>
  management.put(`${logosOf(id)}/${theme}`, picture, { 'content-type': type })

const refused = async (ask: () => Promise<ManagementAnswer>, status: number): Promise<ManagementAnswer> => {
  const answer = await issuingNothing(app, ask, ['application', 'logo'])
  expect(answer.status).toBe(status)
  return answer
}

describe('logos of applications', () => {
  test.each([
    ['image/png', png()],
    ['image/webp', webp(extendedHeader(0, 30, 20), lossy(30, 20))],
    ['image/svg+xml', svg('<path d="M0 0h10v10z"/>')],
  ])('that are %s are served as such, for ever, and can do nothing', async (type, picture) => {
    const id = await application()
    // Whatever is declared.
    const answer = await put(id, 'light', picture, 'application/json')
    expect(answer).toMatchObject({
      status: 200,
      body: { object: 'application_logos', application_id: id, dark: null, removed: [] },
    })
    const { light } = logos(answer)
    expect(light).toMatch(new RegExp(`^${app.issuer}/logos/[A-Za-z0-9_-]{43}$`))
    const served = await fetch(light ?? '')
    expect(served.status).toBe(200)
    expect(Buffer.from(await served.arrayBuffer())).toEqual(picture)
    expect(Object.fromEntries(served.headers)).toMatchObject({
      'content-type': type,
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect((await management.get(logosOf(id))).body).toMatchObject({ light, dark: null })
  })

  test('for light and dark pages are two, set and taken away by themselves', async () => {
    const id = await application()
    const light = logos(await put(id, 'light', svg('<path fill="#000"/>')))
    const both = logos(await put(id, 'dark', svg('<path fill="#fff"/>')))
    expect(both).toMatchObject({ light: light.light, dark: expect.stringContaining('/logos/') })
    expect(both.dark).not.toBe(both.light)
    expect((await management.delete(`${logosOf(id)}/light`)).status).toBe(204)
    expect((await management.get(logosOf(id))).body).toMatchObject({ light: null, dark: both.dark })
    await refused(() => management.delete(`${logosOf(id)}/light`), 404)
    const client = await app.stores.clients.byId(id)
    const dark = client?.logoDarkUrl
    expect(client && logoOf(client)).toEqual({ logo: { light: dark, dark } })
  })

  test('set to what they are are no event', async () => {
    const id = await application()
    const first = await put(id, 'light', png())
    app.clock.advance(1)
    const again = await issuingNothing(app, () => put(id, 'light', png()), ['application', 'event'])
    expect(again.body).toEqual(first.body)
  })

  test('are told of by events of the application', async () => {
    const id = await application()
    const { light } = logos(await put(id, 'light', png()))
    const events = (await app.stores.events.byName('application.updated', 1000)).filter(
      ({ targetId }) => targetId === id,
    )
    expect(events).toMatchObject([
      { before: { logos: { light: null } }, data: { logos: { light: new URL(light ?? '').pathname } } },
    ])
  })

  test('lose what could run or load, and what tells of their makers', async () => {
    const id = await application()
    const hostile = svg(
      '<script>alert(1)</script><path onload="alert(1)" fill="url(https://evil.example/a)"/>',
    )
    const answer = logos(await put(id, 'light', hostile))
    expect(answer.removed).toEqual(['script', 'onload', 'fill'])
    expect(await (await fetch(answer.light ?? '')).text()).not.toMatch(/script|alert|evil/)
    const camera = logos(await put(id, 'dark', png({ between: [pngChunk('eXIf', Buffer.from('here'))] })))
    expect(camera.removed).toEqual(['eXIf'])
    expect(Buffer.from(await (await fetch(camera.dark ?? '')).arrayBuffer())).toEqual(png())
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['HTML', Buffer.from('<html><script>alert(1)</script></html>')],
    ['a GIF', Buffer.from('GIF89a')],
    ['a PNG that is HTML as well', Buffer.concat([png(), Buffer.from('<script>alert(1)</script>')])],
    ['an SVG with a DOCTYPE', Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>')],
    ['102,401 bytes', svg(`<path d="${'M'.repeat(102_401)}"/>`)],
    ['a PNG of too many pixels', png({ width: 5000 })],
  ])('cannot be %s', async (_what, picture) => {
    const id = await application()
    const { body } = await refused(() => put(id, 'light', picture), 422)
    expect(body).toMatchObject({ errors: [{ field: 'body', code: 'invalid_image' }] })
  })

  test('of half a megabyte are not even read', async () => {
    const id = await application()
    await refused(() => put(id, 'light', Buffer.alloc(512 * 1024)), 413)
  })

  test('of what is not there are not found', async () => {
    await refused(() => put('conn_app_01KA0000000000000000000000', 'light', png()), 404)
    const id = await application()
    await refused(() => management.put(`${logosOf(id)}/sepia`, png(), { 'content-type': 'image/png' }), 404)
    for (const hash of ['a'.repeat(43), 'x', '../healthz', `${'a'.repeat(43)}.svg`]) {
      expect((await fetch(`${app.issuer}/logos/${encodeURIComponent(hash)}`)).status).toBe(404)
    }
  })

  test('need the right to change applications', async () => {
    const id = await application()
    const reader = await app.management(['applications:read', 'users:write'])
    await refused(() => reader.put(`${logosOf(id)}/light`, png(), { 'content-type': 'image/png' }), 403)
  })

  test('that nobody shows any more are swept an hour later; those that are shown stay', async () => {
    const [one, other] = [await application(), await application()]
    const shared = logos(await put(one, 'light', svg('<rect width="1"/>')))
    await put(other, 'dark', svg('<rect width="1"/>'))
    const lost = logos(await put(one, 'dark', svg('<rect width="2"/>')))
    await management.delete(`${logosOf(one)}/light`)
    await management.delete(`${logosOf(one)}/dark`)
    const sweepAfter = (seconds: number) => {
      const now = addSeconds(app.clock.now(), seconds)
      const tables = expiringTables.filter(({ table }) => table === 'logo')
      return sweepExpired(
        { stores: app.stores, tables, clock: { now: () => now } },
        new AbortController().signal,
      )
    }
    await sweepAfter(3500)
    expect((await fetch(lost.dark ?? '')).status).toBe(200)
    await sweepAfter(3700)
    expect((await fetch(lost.dark ?? '')).status).toBe(404)
    expect((await fetch(shared.light ?? '')).status).toBe(200)
    const { rows } =
      await sql`select 1 from application, lateral (values (logo_url), (logo_dark_url)) as shown(url)
      where url is not null and not exists (select from logo where url = '/logos/' || content_hash)`.execute(
        app.testDatabase.database.kysely,
      )
    expect(rows).toEqual([])
  })
})
