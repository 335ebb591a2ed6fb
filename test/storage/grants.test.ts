import { describe, expect, test } from 'vitest'
import { sweepExpired } from '../../src/jobs/sweep-expired.ts'
import type { ConsentId, SessionId } from '../../src/protocol/identifiers.ts'
import { expiringTables } from '../../src/storage/stores/expired-rows.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { newHandle, systemRandom } from '../../src/system/random.ts'
import { newId, now, openGrantStage } from './stage.ts'

/* The contract of the stores of sessions, consents, codes, grants and tokens, kept on both databases. */

const HOUR = 3600
const DAY = 24 * HOUR

const { opened, stores, fixtures, user, application, newSession, consent } = await openGrantStage()

const atOnce = <T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)))

interface NewCode {
  readonly sessionId: SessionId
  readonly consentId: ConsentId
  readonly expiresAt?: Date
  readonly scopes?: string[]
}

const REDIRECT_URI = 'https://app.example.com/callback'

const newCode = async ({
  sessionId,
  consentId,
  expiresAt = addSeconds(now, 60),
  scopes = ['offline_access'],
}: NewCode) => {
  const code = {
    codeHash: newHandle(systemRandom),
    grantId: newId('grant'),
    consentId,
    sessionId,
    redirectUri: REDIRECT_URI,
    redirectUriGiven: true,
    scopes,
    nonce: 'n',
    codeChallenge: 'challenge',
    authenticatedAt: now,
    amr: ['pwd'],
    expiresAt,
    terms: null,
  }
  await stores.authorizationCodes.insert(code)
  return code
}

const redeem = (codeHash: string, at = now, changes: Record<string, string | undefined> = {}) =>
  stores.authorizationCodes.redeem(
    {
      codeHash,
      applicationId: application.id,
      redirectUri: REDIRECT_URI,
      codeChallenge: 'challenge',
      confirmation: undefined,
      ...changes,
    },
    {
      expiresAt: addSeconds(at, 300),
      offlineExpiresAt: addSeconds(at, 365 * DAY),
      confirmation: undefined,
      isKeyed: false,
      hearsOfLogout: false,
    },
    {
      familyHash: newHandle(systemRandom),
      hash: newHandle(systemRandom),
      expiresAt: addSeconds(at, 30 * DAY),
    },
    at,
  )

const grantCount = async (id: string): Promise<number> => {
  const rows = await opened.database.kysely.selectFrom('authorization_grant').select('id').execute()
  return rows.filter((row) => row.id === id).length
}

describe('sessions', () => {
  test('are live by their handle until they end or expire', async () => {
    const session = await newSession()
    expect(await stores.sessions.liveByToken(session.tokenHash, now)).toMatchObject({
      ...session,
      email: user.email,
    })
    expect(await stores.sessions.liveByToken(session.tokenHash, session.expiresAt)).toBeUndefined()
    expect(await stores.sessions.liveByToken('unknown', now)).toBeUndefined()
    const ended = await atOnce(10, () => stores.sessions.end(session.id, now))
    expect(ended.filter((session) => session?.userId === user.id)).toHaveLength(1)
    expect(await stores.sessions.liveByToken(session.tokenHash, now)).toBeUndefined()
  })

  test('go on under a new handle for the same user alone', async () => {
    const { id, tokenHash } = await newSession()
    const renewed = {
      tokenHash: newHandle(systemRandom),
      authenticatedAt: addSeconds(now, 60),
      amr: ['pwd'],
      expiresAt: addSeconds(now, 2 * DAY),
      ipAddress: '192.0.2.2',
      userAgent: 'Browser/2',
      consentOptions: null,
      updatedAt: addSeconds(now, 60),
    }
    const other = await fixtures.user()
    expect(await stores.sessions.renew({ id, userId: other.id }, renewed)).toBeUndefined()
    expect(await stores.sessions.renew({ id, userId: user.id }, renewed)).toMatchObject({ id, ...renewed })
    expect(await stores.sessions.liveByToken(tokenHash, now)).toBeUndefined()
    expect(await stores.sessions.liveByToken(renewed.tokenHash, now)).toMatchObject({ id })
    const late = { ...renewed, updatedAt: addSeconds(now, 3 * DAY) }
    expect(await stores.sessions.renew({ id, userId: user.id }, late)).toBeUndefined()
  })

  test('keep a chosen organization until it is deleted', async () => {
    const organization = await fixtures.organization()
    const { id, tokenHash } = await newSession()
    const chosen = async () => (await stores.sessions.liveByToken(tokenHash, now))?.organizationId
    await stores.sessions.chooseOrganization(id, organization, now)
    expect(await chosen()).toBe(organization)
    await stores.organizations.delete(organization)
    expect(await chosen()).toBeNull()
  })
})

describe('consents', () => {
  test('add up under the ID of the first time, one for each organization and one for none', async () => {
    const organization = await fixtures.organization()
    await fixtures.member(user.id, organization)
    const first = await consent(['openid', 'email'])
    expect(await consent(['email', 'profile'])).toBe(first)
    const ofOrganization = await consent(['openid'], organization)
    expect(ofOrganization).not.toBe(first)
    const standing = await stores.consents.standing(user.id, application.id)
    expect(standing.memberships.map(({ organizationId }) => organizationId)).toEqual([organization])
    const scopesOf = (id: string) =>
      [...(standing.consents.find((given) => given.id === id)?.scopes ?? [])].sort()
    expect(scopesOf(first)).toEqual(['email', 'openid', 'profile'])
    expect(scopesOf(ofOrganization)).toEqual(['openid'])
    expect(standing.consents).toHaveLength(2)
  })

  test('given twenty times at once are one, with every scope', async () => {
    const ids = await atOnce(20, (index) => consent([`scope:${index % 5}`]))
    expect(new Set(ids).size).toBe(1)
    const { consents } = await stores.consents.standing(user.id, application.id)
    const scopes = consents.find(({ id }) => id === ids[0])?.scopes
    for (let index = 0; index < 5; index++) expect(scopes).toContain(`scope:${index}`)
  })

  test('take their grants along when they are withdrawn, once', async () => {
    const consentId = await consent(['openid', 'offline_access'])
    const code = await newCode({ sessionId: (await newSession()).id, consentId })
    expect(await redeem(code.codeHash)).toBeDefined()
    expect(await grantCount(code.grantId)).toBe(1)
    const withdrawn = await stores.consents.withdraw(user.id, application.id)
    expect(withdrawn.map(({ id }) => id)).toContain(consentId)
    expect(await stores.consents.withdraw(user.id, application.id)).toEqual([])
    expect(await grantCount(code.grantId)).toBe(0)
  })
})

describe('authorization codes', () => {
  test('RFC 6749 §4.1.2: of twenty redemptions at once one succeeds, and one grant comes to be', async () => {
    const code = await newCode({
      sessionId: (await newSession()).id,
      consentId: await consent(['openid', 'offline_access']),
    })
    const redeemed = await atOnce(20, () => redeem(code.codeHash))
    const [one, ...more] = redeemed.filter((result) => result !== undefined)
    expect(more).toEqual([])
    expect(one).toMatchObject({ grantId: code.grantId, nonce: 'n', user: { id: user.id, email: user.email } })
    expect(await grantCount(code.grantId)).toBe(1)
    expect(await stores.authorizationCodes.find(code.codeHash)).toMatchObject({ redeemedAt: now })
  })

  test('of many redeemed at once each gives its own grant, whatever is wrong with the others', async () => {
    const consentId = await consent(['openid', 'offline_access'])
    const codes = await atOnce(30, async () => newCode({ sessionId: (await newSession()).id, consentId }))
    const wrong = (index: number) => index % 3 === 1
    const redeemed = await atOnce(30, (index) => {
      const { codeHash = '' } = codes[index] ?? {}
      return redeem(wrong(index) ? `${codeHash}x` : codeHash)
    })
    const grants = codes.map(({ grantId, sessionId }, index) =>
      wrong(index) ? undefined : { grantId, sessionId },
    )
    expect(redeemed.map((one) => one && { grantId: one.grantId, sessionId: one.sessionId })).toEqual(grants)
  })

  test('RFC 6749 §4.1.3: a proof that lacks anything uses nothing up', async () => {
    const other = await fixtures.firstParty()
    const session = await newSession()
    const code = await newCode({
      sessionId: session.id,
      consentId: await consent(['openid', 'offline_access']),
    })
    for (const wrong of [
      { applicationId: other.id },
      { redirectUri: undefined },
      { redirectUri: `${REDIRECT_URI}/` },
      { codeChallenge: undefined },
      { codeChallenge: 'another' },
      { codeHash: 'unknown' },
    ]) {
      expect(await redeem(code.codeHash, now, wrong)).toBeUndefined()
    }
    expect(await redeem(code.codeHash, code.expiresAt)).toBeUndefined()
    expect(await grantCount(code.grantId)).toBe(0)
    expect(await redeem(code.codeHash)).toBeDefined()
  })

  test('RFC 6749 §4.1.2: a code and the end of its session at once: no grant, or one that is known to the session', async () => {
    for (let round = 0; round < 5; round++) {
      const session = await newSession()
      const code = await newCode({
        sessionId: session.id,
        consentId: await consent(['openid', 'offline_access']),
      })
      const [redeemed] = await Promise.all([redeem(code.codeHash), stores.sessions.end(session.id, now)])
      expect(await grantCount(code.grantId)).toBe(redeemed === undefined ? 0 : 1)
    }
  })
})

describe('what has expired', () => {
  const sweep = (at: Date, batchRows = 2) =>
    sweepExpired(
      { stores, tables: expiringTables, clock: { now: () => at }, batchRows },
      new AbortController().signal,
    )

  test('goes in batches, and what must still be recognised stays', async () => {
    const consentId = await consent(['openid', 'offline_access'])
    const session = await newSession(addSeconds(now, 40 * DAY))
    const redeemedCode = await newCode({ sessionId: session.id, consentId })
    expect(await redeem(redeemedCode.codeHash)).toBeDefined()
    const codes: string[] = []
    for (let index = 0; index < 7; index++)
      codes.push((await newCode({ sessionId: session.id, consentId })).codeHash)
    const brief = await newSession(addSeconds(now, HOUR))
    await stores.accessTokens.revoke('jti-1', addSeconds(now, 300))
    const known = async (codeHash: string) => (await stores.authorizationCodes.find(codeHash)) !== undefined

    // Expired, but a replay within the day is still one (RFC 6749 §4.1.2).
    await sweep(addSeconds(now, HOUR))
    for (const hash of [redeemedCode.codeHash, ...codes]) expect(await known(hash)).toBe(true)

    await sweep(addSeconds(now, DAY + HOUR))
    for (const hash of [redeemedCode.codeHash, ...codes]) expect(await known(hash)).toBe(false)
    expect(await stores.sessions.liveByToken(brief.tokenHash, now)).toBeUndefined()
    expect(await stores.sessions.liveByToken(session.tokenHash, now)).toBeDefined()
    // Offline access outlives the code, and the consent everything.
    expect(await grantCount(redeemedCode.grantId)).toBe(1)

    // Nobody refreshed for a month and a day: the family goes, with its grant.
    await sweep(addSeconds(now, 31 * DAY + HOUR))
    expect(await grantCount(redeemedCode.grantId)).toBe(0)
    const { consents } = await stores.consents.standing(user.id, application.id)
    expect(consents.map(({ id }) => id)).toContain(consentId)
  })

  test('RFC 7009 §2.1: a revoked token is remembered for as long as it could be shown', async () => {
    const jti = 'jti-2'
    await stores.accessTokens.revoke(jti, addSeconds(now, 300))
    await stores.accessTokens.revoke(jti, addSeconds(now, 300))
    const facts = { jti, clientId: application.clientId, credentialId: undefined }
    expect(await stores.accessTokens.scopesOfClient(facts)).toBeUndefined()
    await sweep(addSeconds(now, 590))
    expect(await stores.accessTokens.scopesOfClient(facts)).toBeUndefined()
    await sweep(addSeconds(now, 610))
    expect(await stores.accessTokens.scopesOfClient(facts)).toEqual([])
  })

  test('two that sweep at once share the work', async () => {
    const consentId = await consent(['openid', 'offline_access'])
    const { id: sessionId } = await newSession(addSeconds(now, 40 * DAY))
    for (let index = 0; index < 30; index++) await newCode({ sessionId, consentId })
    const before = await sweep(addSeconds(now, HOUR))
    expect(before).toBeGreaterThanOrEqual(0)
    const [one, two] = await Promise.all([
      sweep(addSeconds(now, 2 * DAY), 5),
      sweep(addSeconds(now, 2 * DAY), 5),
    ])
    expect(one + two).toBeGreaterThanOrEqual(30)
    expect(await sweep(addSeconds(now, 2 * DAY))).toBe(0)
  })
})

describe('refresh tokens', () => {
  test('RFC 9700 §4.14.2: of twenty rotations at once one succeeds', async () => {
    const code = await newCode({
      sessionId: (await newSession()).id,
      consentId: await consent(['openid', 'offline_access']),
    })
    const familyHash = newHandle(systemRandom)
    const tokenHash = newHandle(systemRandom)
    await stores.authorizationCodes.redeem(
      {
        codeHash: code.codeHash,
        applicationId: application.id,
        redirectUri: REDIRECT_URI,
        codeChallenge: 'challenge',
        confirmation: undefined,
      },
      {
        expiresAt: addSeconds(now, 300),
        offlineExpiresAt: addSeconds(now, DAY),
        confirmation: undefined,
        isKeyed: false,
        hearsOfLogout: false,
      },
      { familyHash, hash: tokenHash, expiresAt: addSeconds(now, HOUR) },
      now,
    )
    const rotate = (index: number) =>
      stores.refreshTokens.use(
        { familyHash, tokenHash },
        { applicationId: application.id, scopes: [], resources: [], confirmation: undefined },
        {
          successor: { hash: `successor ${index}`, sealed: `sealed ${index}` },
          expiresAt: addSeconds(now, HOUR),
        },
        now,
      )
    const rotated = await atOnce(20, rotate)
    expect(rotated.filter((grant) => grant !== undefined)).toHaveLength(1)
    const found = await stores.refreshTokens.find(familyHash)
    expect(found?.family).toMatchObject({ previousHash: tokenHash, grantId: code.grantId })
    const winner = rotated.findIndex((grant) => grant !== undefined)
    expect(found?.family.tokenHash).toBe(`successor ${winner}`)
    expect(found?.family.successorSealed).toBe(`sealed ${winner}`)
    const revoked = await atOnce(10, () => stores.authorizationGrants.revoke(code.grantId, now))
    expect(revoked.filter(Boolean)).toHaveLength(1)
  })
})
