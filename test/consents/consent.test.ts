import { afterAll, expect, test } from 'vitest'
import { type ConsentOf, createGrantConsent } from '../../src/consents/consent.ts'
import { deleteOrganization } from '../../src/organizations/organization.ts'
import { systemRandom } from '../../src/system/random.ts'
import { deleteUser } from '../../src/users/create-user.ts'
import { openTestRoom } from '../events/test-room.ts'
import { testStore } from '../support/database-server.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const grantConsent = createGrantConsent({ transaction: room.transaction, random: systemRandom })
const grant = (of: ConsentOf) => grantConsent(of, { scopes: ['openid'], terms: {} }, room.clock.now())

/** Who agrees, to what, in whose name. */
const facts = async (): Promise<ConsentOf> => {
  const [user, organizationId] = [await room.fixtures.user(), await room.fixtures.organization()]
  const { id } = await room.fixtures.firstParty()
  const client = await room.stores.clients.byId(id)
  if (!client) throw new RangeError('no application')
  return { userId: user.id, client, organizationId }
}

const deletions = {
  user: ({ userId }: ConsentOf) => room.act((acting) => deleteUser(acting, userId)),
  organization: async ({ organizationId }: ConsentOf) =>
    organizationId !== null && room.act((acting) => deleteOrganization(acting, organizationId)),
}
const deleted = Object.keys(deletions) as (keyof typeof deletions)[]

test.each(deleted)('Nothing is agreed to once the %s is gone, and that is no failure', async (what) => {
  const of = await facts()
  await deletions[what](of)
  expect(await grant(of)).toBeUndefined()
})

/** The embedded store makes one change after the other: there it is only a matter of which comes first. */
const ROUNDS = testStore.kind === 'postgres' ? 10 : 1

test.each(deleted)(
  'Whoever agrees while the %s is deleted, again or at first, waits for nobody who waits for them',
  async (what) => {
    for (let round = 0; round < ROUNDS; round++) {
      const of = await facts()
      if (round % 2 === 0) await grant(of)
      const [, ...agreed] = await Promise.all([deletions[what](of), grant(of), grant(of), grant(of)])
      for (const id of agreed) if (id !== undefined) expect(id).toMatch(/^app_consent_/)
      expect((await room.stores.consents.standing(of.userId, of.client.id)).consents).toEqual([])
    }
  },
)
