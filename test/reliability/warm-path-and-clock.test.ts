import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  clientToken,
  expectRefusal,
  introspect,
  obtainTokens,
  refresh,
  textOf,
  userinfo,
} from '../support/relying-party.ts'
import { recordStatements } from '../support/statements.ts'

let app: TestApp
let machine: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
})
afterAll(() => app[Symbol.asyncDispose]())

describe('the warm path of client credentials', () => {
  test('touches no table', async () => {
    using statements = recordStatements(app)
    // The recording sees what it should: introspection asks the database.
    const token = textOf(await clientToken(app, machine), 'access_token')
    await introspect(app, await app.fixtures.firstParty(), token)
    expect(statements.take()).not.toEqual([])
    const answers = await Promise.all(Array.from({ length: 50 }, () => clientToken(app, machine)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(statements.take()).toEqual([])
  })
})

describe('a clock that was wrong and is set back', () => {
  test('by an hour: what was issued meanwhile is used on, and expires when it should', async () => {
    app.clock.advance(7200)
    const user = await app.fixtures.user()
    const application = await app.fixtures.firstParty()
    const browser = createBrowser(app.issuer)
    const scope = { scope: 'openid offline_access' }
    const tokens = await obtainTokens(app, application, user, scope, browser)
    const rotated = await refresh(app, application, textOf(tokens, 'refresh_token'))
    app.clock.advance(-3600)

    expect((await clientToken(app, machine)).status).toBe(200)
    expect((await userinfo(app, textOf(rotated, 'access_token'))).status).toBe(200)
    expect((await introspect(app, application, textOf(rotated, 'access_token'))).body['active']).toBe(true)
    const again = await refresh(app, application, textOf(rotated, 'refresh_token'))
    expect(again.status).toBe(200)
    const { iat = 0, exp = 0 } = decodeJwt(textOf(again, 'access_token'))
    expect(Math.abs(iat - app.clock.now().getTime() / 1000)).toBeLessThan(5)
    expect(exp - iat).toBe(300)
    // The session and its consent go on too.
    expect((await obtainTokens(app, application, user, scope, browser)).status).toBe(200)
    // A replay is still one.
    expectRefusal(await refresh(app, application, textOf(tokens, 'refresh_token')), 400, 'invalid_grant')
    expectRefusal(await refresh(app, application, textOf(again, 'refresh_token')), 400, 'invalid_grant')
  })

  test('to before the first key was made: tokens are signed, and verified here', async () => {
    await using other = await startTestApp({ template: 'empty' })
    const own = await other.fixtures.m2m(await other.fixtures.organization())
    const reader = await other.fixtures.firstParty()
    other.clock.advance(-60)
    const answer = await clientToken(other, own)
    expect(answer.status).toBe(200)
    expect((await introspect(other, reader, textOf(answer, 'access_token'))).body['active']).toBe(true)
    const ready = await fetch(`${other.issuer}/readyz`)
    expect(ready.status).toBe(200)
    await ready.text()
  })

  test('a deleted application is gone, whatever the clock of the node says', async () => {
    const own = await app.fixtures.m2m(await app.fixtures.organization())
    expect((await clientToken(app, own)).status).toBe(200)
    app.clock.advance(-600)
    await app.stores.clients.delete(own.id)
    await app.changesHeard()
    expect((await clientToken(app, own)).status).toBe(401)
  })
})
