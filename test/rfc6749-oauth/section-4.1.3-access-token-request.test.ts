import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { deleteApplication } from '../../src/clients/registration.ts'
import { actingAs } from '../../src/events/record.ts'
import { deactivateMembership, removeMember } from '../../src/organizations/membership.ts'
import { deleteOrganization } from '../../src/organizations/organization.ts'
import type { Stores } from '../../src/storage/index.ts'
import { systemRandom } from '../../src/system/random.ts'
import { deleteUser } from '../../src/users/create-user.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  authorizationUrl,
  authorize,
  expectRefusal,
  issuingNothing,
  redeem,
  withdrawConsent,
} from '../support/relying-party.ts'

const CALLBACK = 'https://app.example.com/callback'
const OTHER_CALLBACK = 'https://app.example.com/other'

let app: TestApp
let user: TestUser
let application: TestApplication
let other: TestApplication
let browser: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  application = await app.fixtures.firstParty({ redirectUris: [CALLBACK, OTHER_CALLBACK] })
  other = await app.fixtures.firstParty({ redirectUris: [CALLBACK] })
  browser = createBrowser(app.issuer)
  await authorize(app, application, user, {}, browser)
})
afterAll(() => app[Symbol.asyncDispose]())

const newCode = async (parameters: Record<string, string> = {}): Promise<string> =>
  (await authorize(app, application, user, parameters, browser)).get('code') ?? ''

/** A code of a request that named no redirection URI. */
const codeWithoutRedirectUri = async (): Promise<string> => {
  // Plain OAuth: OpenID Connect wants it always.
  const url = new URL(authorizationUrl(app, application, { scope: '' }))
  url.searchParams.delete('redirect_uri')
  return (await browser.get(url.href)).url.searchParams.get('code') ?? ''
}

describe('RFC 6749 §4.1.3: what proves possession of a code', () => {
  test.each([
    ['another client', () => ({ client_id: other.clientId, client_secret: other.clientSecret })],
    ['another registered redirection URI', () => ({ redirect_uri: OTHER_CALLBACK })],
    ['no redirection URI', () => ({ redirect_uri: undefined })],
    ['an empty redirection URI', () => ({ redirect_uri: '' })],
    ['a redirection URI with a slash more', () => ({ redirect_uri: `${CALLBACK}/` })],
    ['a redirection URI in another case', () => ({ redirect_uri: CALLBACK.toUpperCase() })],
  ])('RFC 6749 §4.1.3: %s is refused and does not use the code up', async (_what, changes) => {
    const code = await newCode()
    const refused = await issuingNothing(app, () => redeem(app, application, code, changes()))
    expectRefusal(refused, 400, 'invalid_grant')
    expect((await redeem(app, application, code)).status).toBe(200)
  })

  test('RFC 6749 §4.1.3: another client that presents a used code cannot have its tokens revoked', async () => {
    const code = await newCode()
    expect((await redeem(app, application, code)).status).toBe(200)
    const foreign = { client_id: other.clientId, client_secret: other.clientSecret }
    expectRefusal(
      await issuingNothing(app, () => redeem(app, application, code, foreign)),
      400,
      'invalid_grant',
    )
  })

  test('RFC 6749 §4.1.3: redirect_uri may be left out if the authorization request left it out', async () => {
    const answer = await redeem(app, application, await codeWithoutRedirectUri(), {
      redirect_uri: undefined,
    })
    expect(answer.status).toBe(200)
  })

  test('RFC 6749 §4.1.3: one that is sent all the same must be the one the code went to', async () => {
    const code = await codeWithoutRedirectUri()
    const refused = await issuingNothing(app, () =>
      redeem(app, application, code, { redirect_uri: OTHER_CALLBACK }),
    )
    expectRefusal(refused, 400, 'invalid_grant')
    expect((await redeem(app, application, code)).status).toBe(200)
  })

  test('RFC 6749 §4.1.3: a missing code is invalid_request', async () => {
    for (const code of [undefined, '']) {
      const refused = await issuingNothing(app, () => redeem(app, application, '', { code }))
      expectRefusal(refused, 400, 'invalid_request')
    }
  })

  test('RFC 6749 §4.1.3: client_id is case sensitive', async () => {
    const refused = await issuingNothing(app, async () =>
      redeem(app, application, 'x', { client_id: application.clientId.toLowerCase() }),
    )
    expectRefusal(refused, 401, 'invalid_client')
  })
})

describe('RFC 6749 §4.1.3: what ended between authorization and token request', () => {
  const operator = (stores: Stores) =>
    actingAs({ type: 'operator' }, { stores, now: app.clock.now(), random: systemRandom })

  test.each<[string, (own: Own) => Promise<unknown>, number, string]>([
    [
      'the user was deleted',
      ({ user: { id } }) => app.transaction((stores) => deleteUser(operator(stores), id)),
      400,
      'invalid_grant',
    ],
    [
      'the application was deleted',
      ({ application: { clientId } }) =>
        app.transaction(async (stores) => {
          const client = await stores.clients.byClientId(clientId)
          return client && deleteApplication(operator(stores), client)
        }),
      401,
      'invalid_client',
    ],
    [
      'the organization was deleted',
      ({ organization }) => app.transaction((stores) => deleteOrganization(operator(stores), organization)),
      400,
      'invalid_grant',
    ],
    [
      'the consent was withdrawn',
      ({ user: owner, application: client }) => withdrawConsent(app, owner, client),
      400,
      'invalid_grant',
    ],
    [
      'the session ended',
      ({ user: { id } }) => app.stores.sessions.endAllOf(id, app.clock.now()),
      400,
      'invalid_grant',
    ],
    [
      'the membership was deactivated',
      ({ user: { id }, organization }) =>
        app.transaction((stores) =>
          deactivateMembership(operator(stores), { userId: id, organizationId: organization }),
        ),
      400,
      'invalid_grant',
    ],
    [
      'the membership was removed',
      ({ user: { id }, organization }) =>
        app.transaction((stores) =>
          removeMember(operator(stores), { userId: id, organizationId: organization }),
        ),
      400,
      'invalid_grant',
    ],
  ])('RFC 6749 §4.1.3: a code is refused once %s', async (_what, end, status, error) => {
    const own = await ownAuthorization()
    expect(await end(own)).not.toBe(false)
    // The node hears a moment later that the application is gone; its code is worth nothing from the start.
    await issuingNothing(app, () =>
      vi.waitFor(async () => expectRefusal(await redeem(app, own.application, own.code), status, error)),
    )
  })

  type Own = Awaited<ReturnType<typeof ownAuthorization>>

  const ownAuthorization = async () => {
    const organization = await app.fixtures.organization()
    const ownUser = await app.fixtures.user({ organizations: [organization] })
    const ownApplication = await app.fixtures.firstParty()
    const answer = await authorize(app, ownApplication, ownUser, { scope: 'openid offline_access' })
    return { organization, user: ownUser, application: ownApplication, code: answer.get('code') ?? '' }
  }
})
