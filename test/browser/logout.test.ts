import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContextOptions } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import {
  follow,
  open,
  openStage,
  type Person,
  placeOf,
  type RunningApplication,
  signIn,
  textOf,
  welcomed,
} from './support/stage.ts'

const stage = await openStage()
const management = await stage.app.management()
const issuer = stage.app.issuer

/** The part of an application that is loaded in a frame, and where people arrive who have signed out. */
interface LogoutPages {
  readonly origin: string
  readonly requests: readonly Pick<IncomingMessage, 'url' | 'headers'>[]
  /** Does not answer in the frame. */
  hang(): void
  /** Its frame tries to take the whole window along. */
  hijack(): void
  close(): Promise<void>
}

const startLogoutPages = async (): Promise<LogoutPages> => {
  const requests: Pick<IncomingMessage, 'url' | 'headers'>[] = []
  let frame: 'answers' | 'hangs' | 'hijacks' = 'answers'
  const server = createServer((request, response) => {
    requests.push({ url: request.url, headers: request.headers })
    const isFrame = request.url?.startsWith('/front') ?? false
    if (isFrame && frame === 'hangs') return
    const script =
      isFrame && frame === 'hijacks' ? '<script>try { top.location = "/stolen" } catch {}</script>' : ''
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(`<!doctype html><link rel="icon" href="data:,"><title>Bye</title><h1>Bye</h1>${script}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    hang: () => {
      frame = 'hangs'
    },
    hijack: () => {
      frame = 'hijacks'
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

let pages: LogoutPages
beforeEach(async () => {
  pages = await startLogoutPages()
})
afterEach(() => pages.close())

const application = async (name: string, metadata: (origin: string) => ClientMetadata) => {
  const running = await stage.application({ name })
  const path = `/latchkey/v1/applications/${running.application.id}/client_metadata`
  expect((await management.put(path, metadata(pages.origin))).status).toBe(200)
  return running
}

const withFrames = (origin: string): ClientMetadata => ({
  frontchannel_logout_uri: `${origin}/front`,
  frontchannel_logout_session_required: true,
  post_logout_redirect_uris: [`${origin}/bye`],
})

/** Somebody who is signed in to the application. */
const visitor = async (running: RunningApplication, options?: BrowserContextOptions): Promise<Person> => {
  const user = await stage.app.fixtures.user()
  const person = await stage.person(options)
  await open(person.page, running)
  await signIn(person.page, user)
  await welcomed(person.page, running)
  return person
}

const logoutUrl = ({ application: { clientId } }: RunningApplication): string =>
  `${issuer}/oauth2/logout?${new URLSearchParams({
    client_id: clientId,
    post_logout_redirect_uri: `${pages.origin}/bye`,
    state: 'kept',
  })}`

const frameRequests = () => pages.requests.filter(({ url }) => url?.startsWith('/front'))

describe('signing out at the wish of an application', () => {
  test('asks, says who is signed in, and goes back with the state', async () => {
    const portal = await application('Portal', (origin) => ({ post_logout_redirect_uris: [`${origin}/bye`] }))
    const { page } = await visitor(portal)
    await page.goto(logoutUrl(portal))
    expect(await page.title()).toMatch(/^Do you want to sign out\?/)
    expect(await textOf(page)).toContain('Portal asks to sign you out.')
    expect(await textOf(page)).toContain('Ada Lovelace')
    await follow(page, '#sign-out')
    expect(page.url()).toBe(`${pages.origin}/bye?state=kept`)
    await page.goto(issuer)
    expect(await textOf(page)).toContain('You are not signed in')
  })

  test('whoever cancels stays signed in', async () => {
    const portal = await application('Portal', (origin) => ({ post_logout_redirect_uris: [`${origin}/bye`] }))
    const { page } = await visitor(portal)
    await page.goto(logoutUrl(portal))
    await follow(page, '#stay')
    expect(placeOf(page)).toBe(`${issuer}/`)
    expect(await textOf(page)).toContain('Signed in as')
  })

  test('back, after it is done, does nothing more', async () => {
    const portal = await application('Portal', () => ({}))
    const { page } = await visitor(portal)
    await page.goto(`${issuer}/oauth2/logout`)
    await follow(page, '#sign-out')
    expect(await textOf(page)).toContain('You are signed out')
    await page.reload()
    expect(await textOf(page)).toContain('You are signed out')
  })
})

describe('OIDC Front-Channel Logout §2: applications in the same browser', () => {
  test('are told in hidden frames, with issuer and session, before it goes on by itself', async () => {
    const notes = await application('Notes', withFrames)
    const { page } = await visitor(notes)
    await page.goto(logoutUrl(notes))
    await page.click('#sign-out')
    await page.waitForURL(`${pages.origin}/bye?state=kept`)
    const [told, ...more] = frameRequests()
    expect(more).toEqual([])
    const query = new URL(told?.url ?? '', pages.origin).searchParams
    expect(query.get('iss')).toBe(issuer)
    expect(query.get('sid')).toMatch(/^session_/)
    expect(told?.headers['sec-fetch-dest']).toBe('iframe')
    expect(told?.headers.referer).toBeUndefined()
  })

  test('that do not answer keep nobody waiting for long', async () => {
    pages.hang()
    const notes = await application('Notes', withFrames)
    const { page } = await visitor(notes)
    await page.goto(logoutUrl(notes))
    await page.click('#sign-out')
    await page.waitForURL(`${pages.origin}/bye?state=kept`)
    expect(frameRequests()).toHaveLength(1)
  })

  test('cannot take the window along', async () => {
    pages.hijack()
    const notes = await application('Notes', withFrames)
    const { page } = await visitor(notes)
    await page.goto(logoutUrl(notes))
    await page.click('#sign-out')
    await page.waitForURL(`${pages.origin}/bye?state=kept`)
    expect(pages.requests.filter(({ url }) => url === '/stolen')).toEqual([])
    // Chromium says that it has kept the frame from it.
    expect(stage.takeComplaints().join()).toContain('top')
  })

  test('without JavaScript are told all the same; a link goes on', async () => {
    const notes = await application('Notes', withFrames)
    const { page } = await visitor(notes, { javaScriptEnabled: false })
    await page.goto(logoutUrl(notes))
    await follow(page, '#sign-out')
    expect(await textOf(page)).toContain('You are signed out')
    expect(frameRequests()).toHaveLength(1)
    expect(await page.locator('iframe').isVisible()).toBe(false)
    await follow(page, '#continue')
    expect(page.url()).toBe(`${pages.origin}/bye?state=kept`)
  })
})
