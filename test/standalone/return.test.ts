import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sweepExpired } from '../../src/jobs/sweep-expired.ts'
import { expiringTables } from '../../src/storage/stores/expired-rows.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type Visited } from '../support/browser.ts'
import { testStore } from '../support/database-server.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  complete,
  completed,
  externalAuthIdOf,
  sentToLogin,
  setLoginUri,
  somebody,
} from '../support/own-login.ts'
import { issuingNothing, open, writingNothing } from '../support/relying-party.ts'

/* Once only, for a few minutes, and for the browser that began. */

let app: TestApp
let portal: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  portal = await app.fixtures.firstParty()
  await setLoginUri(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const shows = ({ status, left, body }: Visited, title: string) => {
  expect({ status, left }).toEqual({ status: 400, left: false })
  expect(body).toContain(`<h1>${title}</h1>`)
}
const OVER = 'This sign-in is over'
const ELSEWHERE = 'This sign-in began in another browser'

const startOver = ({ body }: Visited): string => {
  const [, href = ''] = /id="start-over"[^>]* href="([^"]+)"/.exec(body) ?? []
  return href.replaceAll('&amp;', '&')
}

describe('completing', () => {
  test('of many at once, exactly one does, and exactly one user comes to be', async () => {
    const { externalAuthId } = await sentToLogin(app, portal)
    const user = somebody()
    const answers = await Promise.all(Array.from({ length: 6 }, () => complete(app, externalAuthId, user)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400])
    for (const { body } of answers.filter(({ status }) => status === 400)) {
      expect(body).toMatchObject({ code: 'external_auth_session_already_completed' })
    }
  })

  test('again is refused, and changes nobody', async () => {
    const { externalAuthId } = await sentToLogin(app, portal)
    await completed(app, externalAuthId, somebody())
    const answer = await issuingNothing(app, () => complete(app, externalAuthId, somebody()), ['user'])
    expect(answer).toMatchObject({ status: 400, body: { code: 'external_auth_session_already_completed' } })
  })

  test('too late is refused: the session is unknown, and nobody is made', async () => {
    const { externalAuthId } = await sentToLogin(app, portal)
    app.clock.advance(300)
    const answer = await issuingNothing(app, () => complete(app, externalAuthId, somebody()), ['user'])
    expect(answer).toMatchObject({ status: 404, body: { code: 'entity_not_found' } })
  })

  test('takes a key that may change users', async () => {
    const { externalAuthId } = await sentToLogin(app, portal)
    const management = await app.management(['users:read'])
    const body = { external_auth_id: externalAuthId, user: somebody() }
    expect(await management.post('/authkit/oauth2/complete', body)).toMatchObject({ status: 403 })
  })

  test('sent again with its Idempotency-Key answers the same', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    const management = await app.management()
    const body = { external_auth_id: externalAuthId, user: somebody() }
    const send = () =>
      management.post('/authkit/oauth2/complete', body, { 'idempotency-key': externalAuthId })
    const first = await send()
    const second = await send()
    expect(first.status).toBe(200)
    expect(second.body).toEqual(first.body)
    const { left } = await browser.get((second.body as { redirect_uri: string }).redirect_uri)
    expect(left).toBe(true)
  })
})

describe('coming back', () => {
  test('of many at once in the same browser, exactly one is signed in', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    const redirectUri = await completed(app, externalAuthId, somebody())
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answers = await Promise.all(Array.from({ length: 6 }, () => open(redirectUri, { cookie })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400, 400, 400, 400])
    const sessions = answers.filter(({ headers }) => headers.getSetCookie().join().includes('session'))
    expect(sessions).toHaveLength(1)
  })

  test('twice goes no further than the first time, and offers to go on', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    const redirectUri = await completed(app, externalAuthId, somebody())
    await browser.get(redirectUri)
    const page = await browser.get(redirectUri)
    shows(page, OVER)
    // Signed in already: straight back to the application.
    expect((await browser.get(startOver(page))).url.searchParams.has('code')).toBe(true)
  })

  test('too late signs nobody in, and offers to start over', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    const redirectUri = await completed(app, externalAuthId, somebody())
    app.clock.advance(300)
    const page = await browser.get(redirectUri)
    shows(page, OVER)
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    const again = externalAuthIdOf(await browser.get(startOver(page)))
    expect((await browser.get(await completed(app, again, somebody()))).left).toBe(true)
  })

  test('login CSRF: another browser is told so, gets nothing, and takes nothing away', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    const redirectUri = await completed(app, externalAuthId, somebody())
    const victim = createBrowser(app.issuer)
    const page = await writingNothing(app, () => victim.get(redirectUri))
    shows(page, ELSEWHERE)
    expect([...victim.cookies.keys()]).not.toContain('latchkey_session')
    expect(startOver(page)).toBe('')
    expect(page.body).not.toContain(portal.redirectUri)
    // The same for one that was sent to sign in itself.
    const other = await sentToLogin(app, portal)
    shows(await other.browser.get(redirectUri), ELSEWHERE)
    expect((await browser.get(redirectUri)).left).toBe(true)
  })

  test('takes what was answered to whoever has the key: the ID does nothing', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    await completed(app, externalAuthId, somebody())
    for (const query of [
      `continuation=${externalAuthId}`,
      `external_auth_id=${externalAuthId}`,
      `continuation=${'A'.repeat(43)}`,
      'continuation=a&continuation=b',
      '',
    ]) {
      const page = await browser.get(`/external-authentication/continue?${query}`)
      shows(page, 'This page has expired')
    }
    expect(browser.cookie('latchkey_session')).toBeUndefined()
  })

  test('open redirects: what else the address says leads nowhere', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    const redirectUri = await completed(app, externalAuthId, somebody())
    const { url } = await browser.get(
      `${redirectUri}&redirect_uri=https://evil.example/&request=x&return_to=//evil.example`,
    )
    expect(url.href.startsWith(`${portal.redirectUri}?`)).toBe(true)
  })
})

test('whose user is deleted in that very moment is of nobody, or was of a session that has ended', async () => {
  const management = await app.management()
  // The embedded store makes one change after the other: there it is only a matter of which comes first.
  for (let round = 0; round < (testStore.kind === 'postgres' ? 20 : 3); round++) {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    const user = somebody()
    const redirectUri = await completed(app, externalAuthId, user)
    const { body } = await management.get(`/user_management/users/external_id/${user.id}`)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const [returned, deleted] = await Promise.all([
      open(redirectUri, { cookie }),
      management.delete(`/user_management/users/${(body as { id: string }).id}`),
    ])
    expect(deleted.status).toBe(200)
    expect([303, 400]).toContain(returned.status)
    if (returned.status === 400) expect(returned.body).toContain('<h1>This page has expired</h1>')
  }
})

test('what is over is forgotten', async () => {
  await sentToLogin(app, portal)
  app.clock.advance(300 + 36 * 60)
  await sweepExpired(
    { stores: app.stores, tables: expiringTables, clock: app.clock },
    new AbortController().signal,
  )
  const rows = await app.testDatabase.database.kysely
    .selectFrom('external_authentication')
    .select('id_hash')
    .execute()
  expect(rows).toEqual([])
})
