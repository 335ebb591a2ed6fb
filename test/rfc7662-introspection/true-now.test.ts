import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteCredential } from '../../src/clients/credentials.ts'
import { deleteApplication } from '../../src/clients/registration.ts'
import { actingAs } from '../../src/events/record.ts'
import { deactivateMembership, removeMember } from '../../src/organizations/membership.ts'
import { deleteOrganization } from '../../src/organizations/organization.ts'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import type { Stores } from '../../src/storage/index.ts'
import { systemRandom } from '../../src/system/random.ts'
import { deleteUser } from '../../src/users/create-user.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  clientToken,
  introspect,
  obtainTokens,
  revoke,
  textOf,
  userinfo,
  withdrawConsent,
} from '../support/relying-party.ts'

/*
 * What a token stands on can end at any time. Introspection and userinfo tell the truth at that moment, on every
 * node: on PostgreSQL each question is asked of two.
 */

let app: TestApp
let reader: TestApplication
const nodes: { issuer: string }[] = []
const closing: (() => Promise<void>)[] = []
beforeAll(async () => {
  app = await startTestApp()
  nodes.push(app)
  if (testStore.kind === 'postgres') {
    const node = await app.startNode()
    nodes.push(node)
    closing.push(() => node.close())
  }
  reader = await app.fixtures.firstParty()
})
afterAll(async () => {
  for (const close of closing) await close()
  await app[Symbol.asyncDispose]()
})

interface Own {
  readonly organization: OrganizationId
  readonly user: TestUser
  readonly application: TestApplication
  readonly access: string
  /** Undefined without offline access. */
  readonly refresh: string | undefined
}

const established = async (scope: string): Promise<Own> => {
  const organization = await app.fixtures.organization()
  const user = await app.fixtures.user({ organizations: [organization] })
  const application = await app.fixtures.thirdParty(await app.fixtures.organization())
  const tokens = await obtainTokens(app, application, user, { scope })
  const refresh = scope.includes('offline_access') ? textOf(tokens, 'refresh_token') : undefined
  return { organization, user, application, access: textOf(tokens, 'access_token'), refresh }
}

const tokensOf = ({ access, refresh }: Own): string[] =>
  refresh === undefined ? [access] : [access, refresh]

const expectActive = async (tokens: readonly string[]): Promise<void> => {
  for (const node of nodes) {
    for (const token of tokens) expect((await introspect(node, reader, token)).body['active']).toBe(true)
  }
}

const expectInactive = async (tokens: readonly string[]): Promise<void> => {
  for (const node of nodes) {
    for (const token of tokens) {
      const answer = await introspect(node, reader, token)
      expect(answer.status).toBe(200)
      // RFC 7662 §2.2: nothing else is said of a token that is not active.
      expect(answer.body).toEqual({ active: false })
    }
  }
}

const expectNoUserinfo = async (access: string): Promise<void> => {
  for (const node of nodes) {
    const answer = await userinfo(node, access)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(answer.body).not.toHaveProperty('sub')
  }
}

const operator = (stores: Stores) =>
  actingAs({ type: 'operator' }, { stores, now: app.clock.now(), random: systemRandom })

const deleteTheApplication = ({ application }: { readonly application: TestApplication }) =>
  app.transaction(async (stores) => {
    const client = await stores.clients.byClientId(application.clientId)
    expect(client && (await deleteApplication(operator(stores), client))).toBe(true)
  })

const deleteTheCredential = ({ application }: { readonly application: TestApplication }) =>
  app.transaction(async (stores) => {
    const { credentialId } = application
    expect(credentialId && (await deleteCredential(operator(stores), credentialId))).toBeDefined()
  })

describe('RFC 7662 §2.2: a token of a user is inactive as soon as', () => {
  const causes: readonly [cause: string, end: (own: Own) => Promise<unknown>][] = [
    ['its application is deleted', deleteTheApplication],
    [
      'its organization is deleted',
      ({ organization }) => app.transaction((stores) => deleteOrganization(operator(stores), organization)),
    ],
    [
      'the membership is deactivated',
      ({ user, organization }) =>
        app.transaction((stores) =>
          deactivateMembership(operator(stores), { userId: user.id, organizationId: organization }),
        ),
    ],
    [
      'the user is removed from the organization',
      ({ user, organization }) =>
        app.transaction((stores) =>
          removeMember(operator(stores), { userId: user.id, organizationId: organization }),
        ),
    ],
    ['the consent is withdrawn', ({ user, application }) => withdrawConsent(app, user, application)],
    ['the user is deleted', ({ user }) => app.transaction((stores) => deleteUser(operator(stores), user.id))],
  ]

  test.each(causes)('RFC 7662 §2.2: %s', async (_cause, end) => {
    const own = await established('openid offline_access')
    await expectActive(tokensOf(own))
    await end(own)
    await expectInactive(tokensOf(own))
    await expectNoUserinfo(own.access)
  })

  test('RFC 7662 §2.2: the credential it was got with is deleted; the refresh token goes on', async () => {
    const own = await established('openid offline_access')
    await deleteTheCredential(own)
    await expectInactive([own.access])
    await expectNoUserinfo(own.access)
    await expectActive(own.refresh === undefined ? [] : [own.refresh])
  })

  test('RFC 7662 §2.2: the browser session ends, without offline_access', async () => {
    const own = await established('openid')
    await expectActive(tokensOf(own))
    await app.stores.sessions.endAllOf(own.user.id, app.clock.now())
    await expectInactive(tokensOf(own))
    await expectNoUserinfo(own.access)
  })

  test('RFC 7662 §2.2: with offline_access the end of the session changes nothing', async () => {
    const own = await established('openid offline_access')
    await app.stores.sessions.endAllOf(own.user.id, app.clock.now())
    await expectActive(tokensOf(own))
    for (const node of nodes) expect((await userinfo(node, own.access)).status).toBe(200)
  })

  test('RFC 7662 §2.2: it is revoked alone, and the refresh token goes on', async () => {
    const own = await established('openid offline_access')
    expect((await revoke(app, own.application, own.access)).status).toBe(200)
    await expectInactive([own.access])
    await expectNoUserinfo(own.access)
    await expectActive(own.refresh === undefined ? [] : [own.refresh])
  })

  test('RFC 7662 §2.2: its refresh token is revoked', async () => {
    const own = await established('openid offline_access')
    expect((await revoke(app, own.application, own.refresh ?? '')).status).toBe(200)
    await expectInactive(tokensOf(own))
    await expectNoUserinfo(own.access)
  })
})

describe('RFC 7662 §2.2: a token a client got for itself is inactive as soon as', () => {
  const ownToken = async () => {
    const organization = await app.fixtures.organization()
    const application = await app.fixtures.m2m(organization)
    const access = textOf(await clientToken(app, application), 'access_token')
    await expectActive([access])
    return { organization, application, access }
  }

  test('RFC 7662 §2.2: its application is deleted', async () => {
    const own = await ownToken()
    await deleteTheApplication(own)
    await expectInactive([own.access])
  })

  test('RFC 7662 §2.2: the credential it was got with is deleted', async () => {
    const own = await ownToken()
    await deleteTheCredential(own)
    await expectInactive([own.access])
  })

  test('RFC 7662 §2.2: the organization it belongs to is deleted', async () => {
    const own = await ownToken()
    await app.transaction((stores) => deleteOrganization(operator(stores), own.organization))
    await expectInactive([own.access])
  })

  test('RFC 7662 §2.2: it is revoked, and others of the same client go on', async () => {
    const own = await ownToken()
    const other = textOf(await clientToken(app, own.application), 'access_token')
    expect((await revoke(app, own.application, own.access)).status).toBe(200)
    await expectInactive([own.access])
    await expectActive([other])
  })
})

describe('RFC 7662 §2.2: a token that was active a moment ago', () => {
  const seen = async () => {
    const application = await app.fixtures.m2m(await app.fixtures.organization())
    const access = textOf(await clientToken(app, application), 'access_token')
    await expectActive([access])
    await expectActive([access])
    return access
  }

  test('is inactive with another signature, or with other claims', async () => {
    const access = await seen()
    const [header, claims = '', signature = ''] = access.split('.')
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number }
    const longer = Buffer.from(JSON.stringify({ ...said, exp: said.exp + 1 })).toString('base64url')
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    await expectInactive([`${header}.${claims}.${flipped}`, `${header}.${longer}.${signature}`])
    await expectActive([access])
  })

  test('RFC 7515 §2: is inactive with padding or white space in its signature', async () => {
    const access = await seen()
    await expectInactive([
      `${access}==`,
      `${access} `,
      ` ${access}`,
      `${access.slice(0, -5)}\n${access.slice(-5)}`,
    ])
    await expectActive([access])
  })

  test('RFC 7519 §4.1.4: is inactive in the second in which it expires', async () => {
    const access = await seen()
    const { exp = 0 } = decodeJwt(access)
    app.clock.advance(exp - 1 - Math.floor(app.clock.now().getTime() / 1000))
    await expectActive([access])
    app.clock.advance(1)
    await expectInactive([access])
  })

  test('is inactive once its key is retired', async () => {
    const access = await seen()
    const { kid } = decodeProtectedHeader(access)
    const management = await app.management()
    const { status } = await management.post(`/latchkey/v1/signing_keys/${kid}/retire`)
    expect(status).toBe(200)
    await app.changesHeard()
    await expectInactive([access])
  })
})
