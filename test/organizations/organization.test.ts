import { afterAll, describe, expect, test } from 'vitest'
import { organizationObject } from '../../src/objects/organization.ts'
import { organizationMembershipObject } from '../../src/objects/organization-membership.ts'
import {
  addMember,
  deactivateMembership,
  reactivateMembership,
  removeMember,
} from '../../src/organizations/membership.ts'
import {
  createOrganization,
  deleteOrganization,
  type NewOrganization,
} from '../../src/organizations/organization.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { atOnce, openTestRoom, start } from '../events/test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const create = (organization: NewOrganization) =>
  room.act((acting) => createOrganization(acting, organization))

const created = async (organization: NewOrganization) => {
  const result = await create(organization)
  if (result.outcome !== 'created') throw new RangeError(result.code)
  return result.organization
}

describe('organizations', () => {
  test('are created, with an event', async () => {
    const organization = await created({ name: ' Acme ', externalId: 'acme', metadata: { tier: 'gold' } })
    expect({ ...(await room.stores.organizations.byId(organization.id)), domains: [] }).toEqual(organization)
    expect(organization).toMatchObject({ name: 'Acme', externalId: 'acme', metadata: { tier: 'gold' } })
    expect(await room.eventsOf('organization.created', organization.id)).toEqual([
      {
        actor: { type: 'operator' },
        organizationId: organization.id,
        data: organizationObject(organization),
      },
    ])
  })

  test('have a name people can read and an external ID of their own', async () => {
    expect(await create({ name: ' ' })).toEqual({ outcome: 'refused', code: 'name_invalid' })
    const results = await atOnce(5, () => create({ name: 'Twin', externalId: 'twin' }))
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(
      results.filter((result) => result.outcome === 'refused' && result.code === 'external_id_already_used'),
    ).toHaveLength(4)
  })

  test('are deleted once, with an event', async () => {
    const { id } = await created({ name: 'Gone' })
    expect(await room.act((acting) => deleteOrganization(acting, id))).toBe(true)
    expect(await room.act((acting) => deleteOrganization(acting, id))).toBe(false)
    expect(await room.eventsOf('organization.deleted', id)).toHaveLength(1)
  })
})

describe('memberships', () => {
  const member = async () => {
    const of = {
      userId: (await room.fixtures.user()).id,
      organizationId: (await created({ name: 'Acme' })).id,
    }
    const added = await room.act((acting) => addMember(acting, of))
    if (added.outcome !== 'added') throw new RangeError(added.code)
    return { of, membership: added.membership }
  }

  test('are active from the start, in the role of a member', async () => {
    const { of, membership } = await member()
    expect(membership).toMatchObject({ ...of, status: 'active', roleSlug: 'member' })
    expect(await room.stores.memberships.activeOf(of.userId)).toEqual([
      { organizationId: of.organizationId, organizationName: 'Acme' },
    ])
    expect(await room.eventsOf('organization_membership.created', membership.id)).toEqual([
      {
        actor: { type: 'operator' },
        organizationId: of.organizationId,
        data: organizationMembershipObject(membership),
      },
    ])
  })

  test('are one for each user and organization, however many are asked for at once', async () => {
    const { id: userId } = await room.fixtures.user()
    const { id: organizationId } = await created({ name: 'Acme' })
    const results = await atOnce(10, () =>
      room.act((acting) => addMember(acting, { userId, organizationId })),
    )
    expect(results.filter(({ outcome }) => outcome === 'added')).toHaveLength(1)
    expect(
      results.filter((result) => result.outcome === 'refused' && result.code === 'already_member'),
    ).toHaveLength(9)
  })

  test('need a user and an organization that exist', async () => {
    const { of } = await member()
    const userId = newIdentifier('user', start, systemRandom)
    const organizationId = newIdentifier('organization', start, systemRandom)
    expect(await room.act((acting) => addMember(acting, { ...of, userId }))).toEqual({
      outcome: 'refused',
      code: 'user_not_found',
    })
    expect(await room.act((acting) => addMember(acting, { ...of, organizationId }))).toEqual({
      outcome: 'refused',
      code: 'organization_not_found',
    })
  })

  test('are deactivated and reactivated, each once, with an event', async () => {
    const { of, membership } = await member()
    room.clock.forward(10)
    const inactive = { ...membership, status: 'inactive', updatedAt: room.clock.now() }
    expect(await room.act((acting) => deactivateMembership(acting, of))).toEqual({
      outcome: 'changed',
      membership: inactive,
    })
    expect(await room.stores.memberships.activeOf(of.userId)).toEqual([])
    expect(await room.act((acting) => deactivateMembership(acting, { id: membership.id }))).toEqual({
      outcome: 'unchanged',
      membership: inactive,
    })
    expect(await room.act((acting) => reactivateMembership(acting, of))).toMatchObject({
      outcome: 'changed',
      membership: { status: 'active' },
    })
    expect(await room.eventsOf('organization_membership.updated', membership.id)).toMatchObject([
      { data: { status: 'inactive' } },
      { data: { status: 'active' } },
    ])
  })

  test('are removed once, with an event', async () => {
    const { of, membership } = await member()
    expect(await room.act((acting) => removeMember(acting, of))).toBe(true)
    expect(await room.act((acting) => removeMember(acting, of))).toBe(false)
    expect(await room.eventsOf('organization_membership.deleted', membership.id)).toHaveLength(1)
  })
})
