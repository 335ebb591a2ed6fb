import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sweepExpired } from '../../src/jobs/sweep-expired.ts'
import { expiringTables } from '../../src/storage/stores/expired-rows.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { png, svg } from '../images/pictures.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import type { Management, ManagementAnswer } from '../support/management.ts'
import { issuingNothing } from '../support/relying-party.ts'

const PATH = '/latchkey/v1/branding'

let app: TestApp
let management: Management
beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

type Kind = 'logo' | 'logo_dark' | 'icon'
type Branding = Readonly<Record<Kind, string | null>> & { readonly removed?: readonly string[] }

const brandingIn = ({ body }: ManagementAnswer): Branding => body as Branding

const put = (kind: Kind, picture: Uint8Array, by = management) =>
  by.put(`${PATH}/${kind}`, picture, { 'content-type': 'image/png' })

const refused = async (ask: () => Promise<ManagementAnswer>, status: number): Promise<ManagementAnswer> => {
  const answer = await issuingNothing(app, ask, ['brand_image', 'logo'])
  expect(answer.status).toBe(status)
  return answer
}

const pageOf = async (issuer: string): Promise<string> =>
  (await fetch(`${issuer}/sign-in`, { headers: { accept: 'text/html' } })).text()

const pathOf = (address: string | null): string => new URL(address ?? '').pathname

describe('pictures of the operator', () => {
  test('are on no page before there are any', async () => {
    expect((await management.get(PATH)).body).toEqual({
      object: 'branding',
      logo: null,
      logo_dark: null,
      icon: null,
    })
    const page = await pageOf(app.issuer)
    expect(page).toContain('<link rel="icon" href="data:,"/>')
    expect(page).toContain('<bdi class="brand-name">Latchkey</bdi>')
  })

  test('are on every page: the logo for light ones and for dark ones, with the name in its stead, and the icon', async () => {
    const { logo } = brandingIn(await put('logo', svg('<path d="M0 0h10v10z"/>')))
    const { logo_dark } = brandingIn(await put('logo_dark', svg('<path fill="#fff" d="M0 0h10v10z"/>')))
    const answer = await put('icon', png())
    expect(answer).toMatchObject({ status: 200, body: { object: 'branding', logo, logo_dark, removed: [] } })
    const { icon } = brandingIn(answer)
    expect((await management.get(PATH)).body).toEqual({ object: 'branding', logo, logo_dark, icon })
    expect(new Set([logo, logo_dark, icon]).size).toBe(3)

    for (const path of ['/', '/sign-in', '/nowhere']) {
      const page = await (await fetch(app.issuer + path, { headers: { accept: 'text/html' } })).text()
      expect(page).toContain(`<link rel="icon" href="${pathOf(icon)}"/>`)
      expect(page).toContain(`<source srcset="${pathOf(logo_dark)}" media="(prefers-color-scheme: dark)"/>`)
      expect(page).toContain(`<img src="${pathOf(logo)}" alt="Latchkey"/>`)
    }
    const served = await fetch(icon ?? '')
    expect(served.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await served.arrayBuffer())).toEqual(png())
  })

  test('lose what could run or load', async () => {
    const hostile = svg(
      '<script>alert(1)</script><path onload="alert(1)"/><image href="https://evil.example/a"/>',
    )
    const { logo, removed } = brandingIn(await put('logo', hostile))
    expect(removed).toEqual(expect.arrayContaining(['script', 'onload']))
    expect(await (await fetch(logo ?? '')).text()).not.toMatch(/script|alert|evil/)
  })

  test('are told of by events, once', async () => {
    const { logo: before } = brandingIn(await management.get(PATH))
    const { logo } = brandingIn(await put('logo', svg('<rect width="3"/>')))
    expect((await app.stores.events.byName('branding.updated', 1000)).at(-1)).toMatchObject({
      targetId: null,
      before: { object: 'branding', logo: pathOf(before) },
      data: { object: 'branding', logo: pathOf(logo) },
    })
    await issuingNothing(app, () => put('logo', svg('<rect width="3"/>')), ['event', 'brand_image'])
  })

  test.each([
    ['HTML', Buffer.from('<html><script>alert(1)</script></html>')],
    ['a PNG that is HTML as well', Buffer.concat([png(), Buffer.from('<script>alert(1)</script>')])],
    ['102,401 bytes', svg(`<path d="${'M'.repeat(102_401)}"/>`)],
  ])('cannot be %s', async (_what, picture) => {
    const { body } = await refused(() => put('icon', picture), 422)
    expect(body).toMatchObject({ errors: [{ field: 'body', code: 'invalid_image' }] })
  })

  test('are of three kinds', async () => {
    await refused(() => put('banner' as Kind, png()), 404)
  })

  test('need the right to change the environment', async () => {
    const reader = await app.management(['environment:read', 'applications:write'])
    await refused(() => put('icon', png(), reader), 403)
    await refused(() => reader.delete(`${PATH}/icon`), 403)
    expect((await reader.get(PATH)).status).toBe(200)
  })

  test('stay while they are shown; an hour after they were taken away they are swept', async () => {
    const { logo } = brandingIn(await put('logo', svg('<rect width="4"/>')))
    const { icon } = brandingIn(await put('icon', svg('<rect width="5"/>')))
    expect((await management.delete(`${PATH}/icon`)).status).toBe(204)
    await refused(() => management.delete(`${PATH}/icon`), 404)
    expect(await pageOf(app.issuer)).toContain('<link rel="icon" href="data:,"/>')
    expect((await fetch(icon ?? '')).status).toBe(200)
    const now = addSeconds(app.clock.now(), 3700)
    await sweepExpired(
      {
        stores: app.stores,
        tables: expiringTables.filter(({ table }) => table === 'logo'),
        clock: { now: () => now },
      },
      new AbortController().signal,
    )
    expect((await fetch(icon ?? '')).status).toBe(404)
    expect((await fetch(logo ?? '')).status).toBe(200)
  })

  test('two at once are both there', async () => {
    const [light, dark] = await Promise.all([
      put('logo', svg('<rect width="6"/>')),
      put('logo_dark', svg('<rect width="7"/>')),
    ])
    expect((await management.get(PATH)).body).toMatchObject({
      logo: brandingIn(light).logo,
      logo_dark: brandingIn(dark).logo_dark,
    })
  })

  if (testStore.kind === 'postgres') {
    test('are on the pages of every node at once', async () => {
      const node = await app.startNode()
      try {
        await pageOf(node.issuer)
        const { icon } = brandingIn(await put('icon', svg('<rect width="8"/>')))
        await vi.waitFor(async () => expect(await pageOf(node.issuer)).toContain(pathOf(icon)), {
          timeout: 10_000,
        })
        expect((await fetch(node.issuer + pathOf(icon))).status).toBe(200)
      } finally {
        await node.close()
      }
    })
  }
})
