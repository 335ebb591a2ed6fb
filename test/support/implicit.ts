import { expect } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import type { TestApp } from './app.ts'
import { createBrowser, type TestBrowser } from './browser.ts'
import type { TestApplication, TestUser } from './fixtures.ts'
import { followAuthorization } from './follow-authorization.ts'
import { authorizationUrl } from './relying-party.ts'

/* Applications that get tokens from the authorization endpoint (OIDC Core §3.2). */

export const ID_TOKEN = 'id_token'
export const BOTH_TOKENS = 'id_token token'

/** Lets applications be given tokens by the browser, or not. */
export const switchImplicit = async (app: TestApp, isOn = true): Promise<void> => {
  const management = await app.management()
  expect((await management.patch('/latchkey/v1/settings', { implicit_flow: isOn })).status).toBe(200)
}

/** Registers it for codes and for both kinds of tokens, or as it is told. */
export const implicitly = async (
  app: TestApp,
  application: TestApplication,
  metadata: ClientMetadata = {},
): Promise<TestApplication> => {
  const management = await app.management()
  const { status, body } = await management.put(
    `/latchkey/v1/applications/${application.id}/client_metadata`,
    { response_types: ['code', ID_TOKEN, BOTH_TOKENS], ...metadata },
  )
  expect({ status, body }).toMatchObject({ status: 200 })
  return application
}

/** The authorization request of an application that wants tokens. */
export const implicitUrl = (
  app: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  parameters: Readonly<Record<string, string>> = {},
): string =>
  authorizationUrl(app, application, { response_type: BOTH_TOKENS, nonce: 'n', state: 's', ...parameters })

/** What is in the fragment; nothing is in the query. */
export const fragmentOf = (url: URL): Readonly<Record<string, string>> => {
  expect(url.search).toBe('')
  return Object.fromEntries(new URLSearchParams(url.hash.slice(1)))
}

/** Goes through the whole authorization. @returns what arrives in the fragment. */
export const authorizeImplicitly = async (
  app: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  user: TestUser,
  parameters: Readonly<Record<string, string>> = {},
  browser: TestBrowser = createBrowser(app.issuer),
): Promise<Readonly<Record<string, string>>> =>
  fragmentOf(await followAuthorization(new URL(implicitUrl(app, application, parameters)), user, { browser }))
