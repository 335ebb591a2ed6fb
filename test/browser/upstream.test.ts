import { afterAll, beforeAll, expect, test } from 'vitest'
import type { IdentityProviderObject } from '../../src/objects/identity-provider.ts'
import { type ForeignProvider, startForeignProvider } from '../support/identity-provider.ts'
import { follow, open, openStage, textOf, welcomed } from './support/stage.ts'

/* Signing in at a provider on another origin: a form of ours leads there, and a link of theirs back. */

const stage = await openStage({ settings: { LATCHKEY_OUTBOUND_ALLOWED_HOSTS: '127.0.0.1' } })
const { app } = stage
const portal = await stage.application({ name: 'Portal' })
let provider: ForeignProvider
let contoso: IdentityProviderObject
beforeAll(async () => {
  provider = await startForeignProvider(app.clock)
  const management = await app.management()
  const { body } = await management.post('/latchkey/v1/identity_providers', {
    name: 'Contoso',
    issuer: provider.issuer,
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
  })
  contoso = body as IdentityProviderObject
  await app.changesHeard()
})
afterAll(() => provider[Symbol.asyncDispose]())

test.each([
  ['with JavaScript', {}],
  ['without JavaScript', { javaScriptEnabled: false }],
] as const)('somebody new, then somebody with an account here, %s', async (_, options) => {
  const { page } = await stage.person(options)
  const email = `${crypto.randomUUID()}@example.com`
  provider.next = { sub: email, email, email_verified: true, name: 'Ada Lovelace' }
  await open(page, portal)
  await follow(page, `#continue-with-${contoso.id}`)
  expect(await welcomed(page, portal)).toMatchObject({ email, name: 'Ada Lovelace' })

  const owner = await app.fixtures.user()
  provider.next = { sub: owner.email, email: owner.email, email_verified: true }
  const other = (await stage.person(options)).page
  await open(other, portal)
  await follow(other, `#continue-with-${contoso.id}`)
  expect(await textOf(other, '#linking')).toContain('You already have an account')
  await other.fill('#password', owner.password)
  await follow(other, '#sign-in')
  expect(await welcomed(other, portal)).toMatchObject({ sub: owner.id })
})
