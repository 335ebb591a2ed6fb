import * as client from 'openid-client'
import { Strategy } from 'openid-client/passport'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { type ExpressServer, signInTo, startExpress, usePassport } from './express-server.ts'

/*
 * The strategy for Passport that comes with openid-client, in an Express 5 application.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

interface SignedIn {
  readonly claims: client.IDToken | undefined
  readonly userinfo: client.UserInfoResponse
  readonly scope: string | undefined
  readonly hasRefreshToken: boolean
}

type Register = (redirectUris: string[]) => Promise<TestApplication>
const confidential: Register = (redirectUris) => app.fixtures.firstParty({ redirectUris })
const publicOne: Register = (redirectUris) => app.fixtures.firstParty({ redirectUris, isPublic: true })
const thirdParty: Register = async (redirectUris) =>
  app.fixtures.thirdParty(await app.fixtures.organization(), { redirectUris })

const serve = async (register: Register): Promise<ExpressServer> => {
  const server = await startExpress()
  const callbackURL = `${server.origin}/callback`
  const application = await register([callbackURL])
  const config = await client.discovery(
    new URL(app.issuer),
    application.clientId,
    application.clientSecret,
    application.clientSecret === '' ? client.None() : undefined,
    { execute: [client.allowInsecureRequests] },
  )
  usePassport(
    server,
    new Strategy(
      { config, scope: 'openid profile email offline_access', callbackURL },
      async (tokens, verified) => {
        const claims = tokens.claims()
        const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '')
        const signedIn: SignedIn = {
          claims,
          userinfo,
          scope: tokens.scope,
          hasRefreshToken: tokens.refresh_token !== undefined,
        }
        verified(null, signedIn)
      },
    ),
  )
  return server
}

test.each<[string, Register]>([
  ['confidential', confidential],
  ['public', publicOne],
  ['third-party', thirdParty],
])('a user of a %s application signs in and lands in it with their profile', async (_, register) => {
  await using server = await serve(register)
  const user = await app.fixtures.user({ firstName: 'Grace', lastName: 'Hopper' })
  const { status, path, body } = await signInTo(server.origin, user)
  expect({ status, path }).toEqual({ status: 200, path: '/' })
  const profile = {
    sub: user.id,
    name: 'Grace Hopper',
    given_name: 'Grace',
    family_name: 'Hopper',
    email: user.email,
    email_verified: true,
  }
  expect(JSON.parse(body)).toMatchObject({
    claims: { ...profile, iss: app.issuer },
    userinfo: profile,
    scope: 'openid profile email offline_access',
    hasRefreshToken: true,
  })
})

test('on one host the cookies of the server and of express-session do not take the place of each other', async () => {
  await using server = await serve(confidential)
  const { cookieNames } = await signInTo(server.origin, await app.fixtures.user())
  expect(cookieNames.application).toEqual(['connect.sid'])
  expect(cookieNames.server).not.toHaveLength(0)
  expect(cookieNames.server).not.toContain('connect.sid')
})

test('RFC 6749 §4.1.2.1: a user who denies is not signed in', async () => {
  await using server = await serve(thirdParty)
  const { status, path } = await signInTo(server.origin, await app.fixtures.user(), 'deny')
  expect({ status, path }).toEqual({ status: 403, path: '/failed' })
})
