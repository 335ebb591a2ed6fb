import { afterAll, expect, test } from 'vitest'
import { createOrganization, deleteOrganization } from '../../src/organizations/organization.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { linkIdentity } from '../../src/sessions/link-identity.ts'
import { systemRandom } from '../../src/system/random.ts'
import { createUser } from '../../src/users/create-user.ts'
import { openTestRoom } from '../events/test-room.ts'
import { testStore } from '../support/database-server.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

/** One of an organization, and somebody who comes from there. */
const begun = (email: string) =>
  room.act(async (acting) => {
    const { stores, now } = acting
    const organization = await createOrganization(acting, { name: 'Contoso' })
    const user = await createUser(acting, { email })
    if (organization.outcome !== 'created' || user.outcome !== 'created') throw new RangeError('refused')
    const providerId = newIdentifier('identityProvider', now, systemRandom)
    const organizationId = organization.organization.id
    await stores.identityProviders.insert({
      ...{ id: providerId, organizationId, name: 'Contoso', issuer: 'https://login.contoso.example' },
      ...{ clientId: 'latchkey', clientSecretSealed: '', scopes: ['openid'], isEnabled: true },
      ...{ createsUsers: true, isRequired: false, trustsEmail: 'when_verified', trustsAmr: false },
      ...{ createdAt: now, updatedAt: now },
    })
    return { userId: user.user.id, providerId, organizationId }
  })

test('Whoever is connected with the provider of an organization is its member; one that is gone connects nobody', async () => {
  const { userId, providerId, organizationId } = await begun('grace@example.com')
  const identity = { providerId, subject: 'grace', email: 'grace@example.com', organizationId }
  const link = () => room.act((acting) => linkIdentity(acting, userId, identity))
  expect([await link(), await link()]).toEqual([true, false])
  expect(await room.stores.memberships.holdActive(userId, organizationId)).toBe(true)
  await room.act(({ stores }) => stores.identityProviders.delete(providerId))
  expect(await link()).toBe(false)
})

// PGlite has one transaction at a time.
if (testStore.kind === 'postgres') {
  test('Who is connected with an organization that is just being deleted is not, and neither waits for good', async () => {
    const { userId, providerId, organizationId } = await begun('ada@example.com')
    const isAtOrganization = Promise.withResolvers<void>()
    const linked = await room.act(async (deleting) => {
      await deleting.stores.organizations.lockToDelete(organizationId)
      const linking = room.act((acting) => {
        const { organizations } = acting.stores
        const hold: typeof organizations.hold = (id) => {
          isAtOrganization.resolve()
          return organizations.hold(id)
        }
        const stores = { ...acting.stores, organizations: { ...organizations, hold } }
        const identity = { providerId, subject: 'ada', email: 'ada@example.com', organizationId }
        return linkIdentity({ ...acting, stores }, userId, identity)
      })
      // Heard of below.
      linking.catch(() => {})
      await isAtOrganization.promise
      await deleteOrganization(deleting, organizationId)
      return { linking }
    })
    expect(await linked.linking).toBe(false)
  })
}
