import { describe, expect, test } from 'vitest'
import type { Stores } from '../../src/storage/index.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { newId, now, openGrantStage } from './stage.ts'

/* The contract of the store of grants that come into being without a code, kept on both databases. */

const { opened, stores, fixtures, user, application, newSession, consent } = await openGrantStage()

const issue = (changes: Partial<Parameters<Stores['implicitGrants']['issue']>[0]>) =>
  stores.implicitGrants.issue(
    {
      grantId: newId('grant'),
      applicationId: application.id,
      consentId: newId('consent'),
      sessionId: newId('session'),
      scopes: ['openid'],
      nonce: 'n',
      authenticatedAt: now,
      amr: ['pwd'],
      terms: { resources: ['https://api.example.com/'] },
      ...changes,
    },
    {
      expiresAt: addSeconds(now, 300),
      offlineExpiresAt: addSeconds(now, 3600),
      confirmation: undefined,
      isKeyed: false,
      hearsOfLogout: true,
    },
    now,
  )

const grantsOf = (id: string) =>
  opened.database.kysely
    .selectFrom('authorization_grant')
    .selectAll()
    .where('id', '=', id as never)
    .execute()

describe('grants without a code', () => {
  test('come into being with a live session and a consent, and give no more than the consent', async () => {
    const { id: sessionId } = await newSession()
    const grantId = newId('grant')
    const consentId = await consent()
    // Whatever is asked for, there is no refresh token.
    const scopes = ['openid', 'offline_access', 'of:nobody']
    expect(await issue({ grantId, sessionId, consentId, scopes })).toMatchObject({
      ...{ grantId, sessionId, consentId, scopes: ['openid'], nonce: 'n', organizationId: null },
      terms: { resources: ['https://api.example.com/'] },
      user: { id: user.id },
    })
    expect(await grantsOf(grantId)).toEqual([
      expect.objectContaining({
        consent_id: consentId,
        session_id: sessionId,
        expires_at: addSeconds(now, 300),
        revoked_at: null,
      }),
    ])
    const { kysely } = opened.database
    expect(await kysely.selectFrom('refresh_token').select('grant_id').execute()).toEqual([])
    const heard = await kysely.selectFrom('session_application').select('session_id').execute()
    expect(heard).toEqual([{ session_id: sessionId }])
  })

  test('do not, if any of it has ended or is of somebody else', async () => {
    const { id: sessionId } = await newSession()
    // That there is one which holds says nothing of another.
    const consentId = await consent()
    const organization = await fixtures.organization()
    const ofOrganization = await consent(['openid'], organization)
    const another = await fixtures.firstParty()
    const refused = [
      { sessionId: (await newSession(now)).id, consentId },
      { sessionId: newId('session'), consentId },
      { sessionId, consentId: newId('consent') },
      { sessionId, consentId, applicationId: another.id },
      // Its user is not a member.
      { sessionId, consentId: ofOrganization },
    ]
    for (const changes of refused) {
      const grantId = newId('grant')
      expect(await issue({ ...changes, grantId })).toBeUndefined()
      expect(await grantsOf(grantId)).toEqual([])
    }
    await fixtures.member(user.id, organization)
    expect(await issue({ sessionId, consentId: ofOrganization })).toMatchObject({
      organizationId: organization,
    })
  })
})
