import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import { givePasskey, giveTotp, passkeyOptionsOf } from '../support/factors.ts'
import { signIn } from '../support/follow-authorization.ts'
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

test('the authenticator app of somebody who has lost their phone is listed and taken away, without its secret', async () => {
  const user = await app.fixtures.user()
  const { factorId } = await giveTotp(app, user)
  const { data } = await workos.multiFactorAuth.listUserAuthFactors({ userId: user.id })
  expect(data).toEqual([
    {
      object: 'authentication_factor',
      id: factorId,
      type: 'totp',
      userId: user.id,
      totp: { issuer: 'Example', user: user.email },
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    },
  ])
  expect(await workos.multiFactorAuth.getFactor(factorId)).toMatchObject({ id: factorId })
  await workos.multiFactorAuth.deleteFactor(factorId)
  expect((await workos.multiFactorAuth.listUserAuthFactors({ userId: user.id })).data).toEqual([])
  const browser = createBrowser(app.issuer)
  const { url } = await signIn(browser, await browser.get('/sign-in'), user)
  expect(url.pathname).toBe('/')
  const told = await eventsOf(app, factorId, ['authentication_factor.deleted'])
  expect(told).toMatchObject([{ actor: { type: 'api_key' }, data: { user_id: user.id } }])
  expect(JSON.stringify(told)).not.toMatch(/secret/)
})

test('a passkey is listed and taken away; nobody signs in with it any more', async () => {
  const user = await app.fixtures.user()
  const { passkey, authenticator } = await givePasskey(app, user)
  const path = `/latchkey/v1/users/${user.id}/passkeys`
  const { body } = await management.get(path)
  expect(body).toMatchObject({
    data: [{ object: 'passkey', id: passkey.id, name: 'Telephone', synced: true }],
  })
  expect(JSON.stringify(body)).not.toContain(authenticator.credentialId)
  const own = createBrowser(app.issuer)
  const first = await own.get('/sign-in')
  await own.submit(first, {
    passkey: authenticator.authenticate(passkeyOptionsOf(first) || { challenge: '' }),
  })
  const { data: sessions } = await workos.userManagement.listSessions(user.id)
  expect(sessions).toMatchObject([{ authMethod: 'passkey' }])
  const other = await app.fixtures.user()
  expect((await management.delete(`/latchkey/v1/users/${other.id}/passkeys/${passkey.id}`)).status).toBe(404)
  expect((await management.delete(`${path}/${passkey.id}`)).status).toBe(200)
  const browser = createBrowser(app.issuer)
  const page = await browser.get('/sign-in')
  const answer = authenticator.authenticate(passkeyOptionsOf(page) || { challenge: '' })
  expect((await browser.submit(page, { passkey: answer })).status).toBe(422)
})
