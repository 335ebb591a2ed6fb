import { afterAll } from 'vitest'
import {
  type ApplicationId,
  type ConsentId,
  newIdentifier,
  type OrganizationId,
  type UserId,
} from '../../src/protocol/identifiers.ts'
import { type Stores, storesOn } from '../../src/storage/index.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { newHandle, systemRandom } from '../../src/system/random.ts'
import { openTestDatabase } from '../support/database-server.ts'
import { fixturesOn } from '../support/fixtures.ts'

/* What the contracts of stores stand on: a database, and at a time that stands still what grants need. */

export const now = new Date('2026-01-01T00:00:00.123Z')

export const newId = <K extends Parameters<typeof newIdentifier>[0]>(kind: K) =>
  newIdentifier(kind, now, systemRandom)

interface Whose {
  readonly user: { readonly id: UserId }
  readonly application: { readonly id: ApplicationId }
}

export const grantConsent = async (
  stores: Stores,
  { user, application }: Whose,
  scopes: string[] = ['openid'],
  organizationId: OrganizationId | null = null,
  at = now,
): Promise<ConsentId> => {
  const { id } = await stores.consents.grant({
    id: newId('consent'),
    userId: user.id,
    applicationId: application.id,
    organizationId,
    scopes,
    resources: [],
    authorizationDetails: [],
    chosenClaims: null,
    createdAt: at,
    updatedAt: at,
  })
  return id
}

/** Closed after the tests of the file. */
export const openGrantStage = async () => {
  const opened = await openTestDatabase()
  afterAll(() => opened[Symbol.asyncDispose]())
  const stores = storesOn(opened.database.kysely)
  const transaction = transactionOn(opened.database.kysely)
  const fixtures = fixturesOn({ transaction, clock: { now: () => now }, random: systemRandom })
  const user = await fixtures.user()
  const application = await fixtures.firstParty()

  const newSession = async (expiresAt = addSeconds(now, 24 * 3600)) => {
    const session = {
      id: newId('session'),
      tokenHash: newHandle(systemRandom),
      userId: user.id,
      authenticatedAt: now,
      amr: ['pwd'],
      organizationId: null,
      createdAt: now,
      expiresAt,
      ipAddress: '192.0.2.1',
      userAgent: null,
      consentOptions: null,
      updatedAt: now,
    }
    await stores.sessions.insert(session)
    return session
  }

  const consent = (scopes?: string[], organizationId?: OrganizationId | null, at?: Date) =>
    grantConsent(stores, { user, application }, scopes, organizationId, at)

  return { opened, stores, fixtures, user, application, newSession, consent }
}
