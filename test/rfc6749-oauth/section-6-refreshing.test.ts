import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { deleteCredential } from '../../src/clients/credentials.ts'
import { deleteApplication } from '../../src/clients/registration.ts'
import { actingAs } from '../../src/events/record.ts'
import {
  deactivateMembership,
  reactivateMembership,
  removeMember,
} from '../../src/organizations/membership.ts'
import { deleteOrganization } from '../../src/organizations/organization.ts'
import type { Stores } from '../../src/storage/index.ts'
import { systemRandom } from '../../src/system/random.ts'
import { deleteUser } from '../../src/users/create-user.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  expectRefusal,
  introspect,
  issuingNothing,
  obtainTokens,
  refresh,
  textOf,
  withdrawConsent,
} from '../support/relying-party.ts'

const SCOPE = 'openid profile email offline_access'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const operator = (stores: Stores) =>
  actingAs({ type: 'operator' }, { stores, now: app.clock.now(), random: systemRandom })

/** A user of one organization, an application, and a refresh token of theirs. */
const established = async () => {
  const organization = await app.fixtures.organization()
  const user = await app.fixtures.user({ organizations: [organization] })
  const application = await app.fixtures.firstParty()
  const browser = createBrowser(app.issuer)
  const tokens = await obtainTokens(app, application, user, { scope: SCOPE, nonce: 'n-0S6_WzA2Mj' }, browser)
  expect(tokens.status).toBe(200)
  return { organization, user, application, browser, tokens, refreshToken: textOf(tokens, 'refresh_token') }
}
type Established = Awaited<ReturnType<typeof established>>

describe('RFC 6749 §6: what a refresh token gives', () => {
  test('RFC 6749 §6: new tokens of the same scope when none is named', async () => {
    const { application, refreshToken, tokens, user, organization } = await established()
    const refreshed = await refresh(app, application, refreshToken)
    expect(refreshed.status).toBe(200)
    expect(refreshed.headers.get('cache-control')).toBe('no-store')
    expect(refreshed.body).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: SCOPE })
    const claims = decodeJwt(textOf(refreshed, 'access_token'))
    const before = decodeJwt(textOf(tokens, 'access_token'))
    expect(claims).toMatchObject({ sub: user.id, org_id: organization, scope: SCOPE })
    expect(claims['sid']).toBe(before['sid'])
    expect(claims.jti).not.toBe(before.jti)
  })

  test('RFC 6749 §6: the scope that was granted may be repeated, offline_access included', async () => {
    const { application, refreshToken } = await established()
    const refreshed = await refresh(app, application, refreshToken, { scope: SCOPE })
    expect(refreshed.body).toMatchObject({ scope: SCOPE })
  })

  test('RFC 6749 §6: a narrower scope narrows this access token, and the next may have all again', async () => {
    const { application, refreshToken } = await established()
    const narrowed = await refresh(app, application, refreshToken, { scope: 'profile' })
    expect(narrowed.status).toBe(200)
    expect(narrowed.body['scope']).toBe('profile')
    expect(narrowed.body).not.toHaveProperty('id_token')
    expect(decodeJwt(textOf(narrowed, 'access_token'))['scope']).toBe('profile')
    const again = await refresh(app, application, textOf(narrowed, 'refresh_token'))
    expect(again.body['scope']).toBe(SCOPE)
  })

  test.each([
    ['a scope that was not granted', 'openid reports:read'],
    ['an unknown scope', 'openid nonsense'],
    ['a character no scope may have', 'openid "profile"'],
    ['a backslash', 'openid\\profile'],
  ])('RFC 6749 §6: %s is invalid_scope, and the refresh token still works', async (_what, scope) => {
    const { application, refreshToken } = await established()
    const refused = await issuingNothing(app, () => refresh(app, application, refreshToken, { scope }))
    expectRefusal(refused, 400, 'invalid_scope')
    expect((await refresh(app, application, refreshToken)).status).toBe(200)
  })

  test('RFC 6749 §6: a missing refresh token is invalid_request', async () => {
    const application = await app.fixtures.firstParty()
    for (const missing of [undefined, '']) {
      const refused = await issuingNothing(app, () =>
        refresh(app, application, '', { refresh_token: missing }),
      )
      expectRefusal(refused, 400, 'invalid_request')
    }
  })

  test('RFC 6749 §6: unknown tokens, and tokens of another kind, are invalid_grant', async () => {
    const { application, refreshToken, tokens } = await established()
    for (const token of [
      'x',
      `${refreshToken}x`,
      refreshToken.toLowerCase(),
      textOf(tokens, 'access_token'),
    ]) {
      expectRefusal(await issuingNothing(app, () => refresh(app, application, token)), 400, 'invalid_grant')
    }
  })

  test('RFC 6749 §6: a refresh token is bound to the client it was issued to', async () => {
    const { application, refreshToken } = await established()
    const others = [await app.fixtures.firstParty(), await app.fixtures.firstParty({ isPublic: true })]
    for (const other of others) {
      const refused = await issuingNothing(app, () => refresh(app, other, refreshToken))
      expectRefusal(refused, 400, 'invalid_grant')
    }
    expect((await refresh(app, application, refreshToken)).status).toBe(200)
  })

  test('RFC 6749 §6: a confidential client must authenticate', async () => {
    const { application, refreshToken } = await established()
    for (const secret of [undefined, 'wrong']) {
      const refused = await issuingNothing(app, () =>
        refresh(app, application, refreshToken, { client_secret: secret }),
      )
      expectRefusal(refused, 401, 'invalid_client')
    }
    expect((await refresh(app, application, refreshToken)).status).toBe(200)
  })

  test('OIDC Core §11: without offline_access there is no refresh token', async () => {
    const { application, user, browser } = await established()
    const tokens = await obtainTokens(app, application, user, { scope: 'openid' }, browser)
    expect(tokens.status).toBe(200)
    expect(tokens.body).not.toHaveProperty('refresh_token')
  })
})

describe('RFC 6749 §6: what ends a refresh token at once', () => {
  const causes: readonly [
    what: string,
    end: (own: Established) => Promise<unknown>,
    status: number,
    error: string,
  ][] = [
    [
      'the membership is deactivated',
      ({ user, organization }) =>
        app.transaction((stores) =>
          deactivateMembership(operator(stores), { userId: user.id, organizationId: organization }),
        ),
      400,
      'invalid_grant',
    ],
    [
      'the user is removed from the organization',
      ({ user, organization }) =>
        app.transaction((stores) =>
          removeMember(operator(stores), { userId: user.id, organizationId: organization }),
        ),
      400,
      'invalid_grant',
    ],
    [
      'the organization is deleted',
      ({ organization }) => app.transaction((stores) => deleteOrganization(operator(stores), organization)),
      400,
      'invalid_grant',
    ],
    [
      'the user is deleted',
      ({ user }) => app.transaction((stores) => deleteUser(operator(stores), user.id)),
      400,
      'invalid_grant',
    ],
    [
      'the consent is withdrawn',
      async ({ user, application }) => {
        await withdrawConsent(app, user, application)
        return true
      },
      400,
      'invalid_grant',
    ],
    ['the application is deleted', ({ application }) => deleted(application), 401, 'invalid_client'],
  ]

  const deleted = (application: TestApplication): Promise<boolean> =>
    app.transaction(async (stores) => {
      const client = await stores.clients.byClientId(application.clientId)
      return client !== undefined && deleteApplication(operator(stores), client)
    })

  test.each(causes)('RFC 6749 §6: it is refused once %s', async (_what, end, status, error) => {
    const own = await established()
    const reader = await app.fixtures.firstParty()
    expect(await end(own)).toBeTruthy()
    // The node hears a moment later that the application is gone; its tokens are worth nothing from the start.
    await issuingNothing(app, () =>
      vi.waitFor(async () =>
        expectRefusal(await refresh(app, own.application, own.refreshToken), status, error),
      ),
    )
    for (const token of [own.refreshToken, textOf(own.tokens, 'access_token')]) {
      expect((await introspect(app, reader, token)).body).toEqual({ active: false })
    }
  })

  test('RFC 6749 §6: nor does a retry within the grace get past a deactivated membership', async () => {
    const { user, organization, application, refreshToken } = await established()
    await refresh(app, application, refreshToken)
    const membership = { userId: user.id, organizationId: organization }
    await app.transaction((stores) => deactivateMembership(operator(stores), membership))
    const refused = await issuingNothing(app, () => refresh(app, application, refreshToken))
    expectRefusal(refused, 400, 'invalid_grant')
  })

  test('RFC 6749 §6: a membership that is active again makes it work again', async () => {
    const { user, organization, application, refreshToken } = await established()
    const membership = { userId: user.id, organizationId: organization }
    await app.transaction((stores) => deactivateMembership(operator(stores), membership))
    expectRefusal(await refresh(app, application, refreshToken), 400, 'invalid_grant')
    await app.transaction((stores) => reactivateMembership(operator(stores), membership))
    expect((await refresh(app, application, refreshToken)).status).toBe(200)
  })

  test('RFC 6749 §6: the end of the browser session does not end offline access', async () => {
    const { user, application, refreshToken } = await established()
    await app.stores.sessions.endAllOf(user.id, app.clock.now())
    expect((await refresh(app, application, refreshToken)).status).toBe(200)
  })

  test('RFC 6749 §6: with its credential deleted a client goes on by another one', async () => {
    const { application, refreshToken } = await established()
    const client = await app.stores.clients.byClientId(application.clientId)
    const second = client && (await app.fixtures.credential(client))
    const { credentialId } = application
    expect(
      credentialId && (await app.transaction((stores) => deleteCredential(operator(stores), credentialId))),
    ).toBeDefined()
    await app.changesHeard()
    expectRefusal(await introspect(app, application, refreshToken), 401, 'invalid_client')
    const refused = await issuingNothing(app, () => refresh(app, application, refreshToken))
    expectRefusal(refused, 401, 'invalid_client')
    const refreshed = await refresh(app, application, refreshToken, { client_secret: second?.clientSecret })
    expect(refreshed.status).toBe(200)
  })
})

describe('OIDC Core §12.2: ID tokens of a refresh', () => {
  test('OIDC Core §12.2: iss, sub, aud and auth_time stay, iat moves, and there is no nonce', async () => {
    const { application, refreshToken, tokens } = await established()
    app.clock.advance(1000)
    const first = decodeJwt(textOf(tokens, 'id_token'))
    const second = decodeJwt(textOf(await refresh(app, application, refreshToken), 'id_token'))
    expect(first['nonce']).toBe('n-0S6_WzA2Mj')
    expect(second).not.toHaveProperty('nonce')
    for (const kept of ['iss', 'sub', 'aud', 'auth_time', 'amr', 'acr', 'sid', 'org_id']) {
      expect(second[kept]).toEqual(first[kept])
    }
    expect(second.iat).toBeGreaterThanOrEqual((first.iat ?? 0) + 1000)
  })

  test('OIDC Core §12.2: after the browser session has ended there is no sid', async () => {
    const { application, refreshToken, tokens, user } = await established()
    await app.stores.sessions.endAllOf(user.id, app.clock.now())
    const refreshed = await refresh(app, application, refreshToken)
    const claims = decodeJwt(textOf(refreshed, 'id_token'))
    expect(claims).not.toHaveProperty('sid')
    expect(claims['auth_time']).toBe(decodeJwt(textOf(tokens, 'id_token'))['auth_time'])
  })
})
