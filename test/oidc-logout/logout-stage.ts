import { decodeJwt } from 'jose'
import { expect, vi } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { ApplicationOptions, TestApplication, TestUser } from '../support/fixtures.ts'
import type { Management } from '../support/management.ts'
import { obtainTokens, textOf } from '../support/relying-party.ts'

export const BYE = 'https://app.example.com/bye'

/** Somebody who is signed in to an application in a browser, and what the application got. */
export interface SignedIn {
  readonly user: TestUser
  readonly browser: TestBrowser
  readonly application: TestApplication
  readonly idToken: string
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly sub: string
  readonly sid: string
}

export interface LogoutStage extends AsyncDisposable {
  readonly app: TestApp
  readonly management: Management
  application(metadata: ClientMetadata, options?: ApplicationOptions): Promise<TestApplication>
  /** Of a new user in a new browser, unless given. */
  signedIn(
    application: TestApplication,
    given?: { readonly user?: TestUser; readonly browser?: TestBrowser; readonly scope?: string },
  ): Promise<SignedIn>
  logoutUrl(parameters?: Readonly<Record<string, string | undefined>>): string
}

export const startLogoutStage = async ({
  settings,
  overrides,
}: TestAppOptions = {}): Promise<LogoutStage> => {
  const limits = { windowSeconds: 60, perEmail: 1000, perAddress: 1000 }
  const app = await startTestApp({
    // Where the applications of these tests listen.
    settings: { LATCHKEY_OUTBOUND_ALLOWED_HOSTS: '127.0.0.1', ...settings },
    overrides: { signInLimits: limits, ...overrides },
  })
  const management = await app.management()
  return {
    app,
    management,
    application: async (metadata, options = {}) => {
      const application = await app.fixtures.firstParty(options)
      const path = `/latchkey/v1/applications/${application.id}/client_metadata`
      expect((await management.put(path, metadata)).body).toMatchObject(metadata)
      return application
    },
    signedIn: async (application, { user, browser = createBrowser(app.issuer), scope = 'openid' } = {}) => {
      const who = user ?? (await app.fixtures.user())
      const tokens = await obtainTokens(app, application, who, { scope }, browser)
      const idToken = textOf(tokens, 'id_token')
      const { sub = '', sid } = decodeJwt(idToken)
      return {
        user: who,
        browser,
        application,
        idToken,
        accessToken: textOf(tokens, 'access_token'),
        refreshToken: tokens.body['refresh_token'] as string | undefined,
        sub,
        sid: String(sid),
      }
    },
    logoutUrl: (parameters = {}) => {
      const given = Object.entries(parameters).filter((entry) => entry[1] !== undefined)
      return `${app.issuer}/oauth2/logout?${new URLSearchParams(given as [string, string][])}`
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

/** Whether the browser still has a session: prompt=none is answered with a code. */
export const isSignedIn = async (
  { app }: Pick<LogoutStage, 'app'>,
  application: TestApplication,
  browser: TestBrowser,
): Promise<boolean> => {
  const { url } = await browser.get(
    `${app.issuer}/oauth2/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: application.clientId,
      redirect_uri: application.redirectUri,
      scope: 'openid',
      prompt: 'none',
    })}`,
  )
  const error = url.searchParams.get('error')
  expect([null, 'login_required']).toContain(error)
  return error === null
}

/** What happens behind the answer comes a moment later. */
export const until = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 })
