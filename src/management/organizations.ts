import { z } from 'zod'
import { listObject, listOf } from '../objects/list.ts'
import { organizationObject, organizationSchema } from '../objects/organization.ts'
import { createOrganization, deleteOrganization, withDomains } from '../organizations/organization.ts'
import type { Stores } from '../storage/index.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { badRequest, invalidField } from './refusal.ts'

export interface OrganizationDependencies {
  readonly stores: Stores
}

const tag = 'Organizations'

export const organizationOperations = ({ stores }: OrganizationDependencies): readonly Operation[] => [
  readOperation({
    id: 'listOrganizations',
    method: 'GET',
    path: '/organizations',
    tag,
    summary: 'List organizations.',
    permission: 'organizations:read',
    query: z.strictObject(pageParameters),
    answer: listOf(organizationSchema),
    errors: [],
    handle: async ({ query }) => {
      const page = cursorsOf(await stores.organizations.page(pageOf('organization', query)), query)
      return listObject({ ...page, rows: await withDomains(stores, page.rows) }, organizationObject)
    },
  }),

  changeOperation({
    id: 'createOrganization',
    method: 'POST',
    path: '/organizations',
    tag,
    summary: 'Create an organization.',
    permission: 'organizations:write',
    body: z.strictObject({
      name: z.string(),
      allow_profiles_outside_organization: z.boolean().nullish(),
      external_id: z.string().nullish(),
    }),
    answer: organizationSchema,
    status: 201,
    errors: [400],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const created = await createOrganization(acting, {
          name: body.name,
          externalId: body.external_id ?? undefined,
          allowProfilesOutsideOrganization: body.allow_profiles_outside_organization ?? undefined,
        })
        if (created.outcome === 'created') return organizationObject(created.organization)
        switch (created.code) {
          case 'name_invalid':
            throw invalidField('name', created.code, 'has 1 to 255 characters and no control characters.')
          case 'external_id_already_used':
            throw badRequest(created.code, 'The external ID belongs to another organization.')
        }
      }),
  }),

  readOperation({
    id: 'getOrganization',
    method: 'GET',
    path: '/organizations/:id',
    tag,
    summary: 'Get an organization.',
    permission: 'organizations:read',
    answer: organizationSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('organization', params.id)
      const organization = found(await stores.organizations.byId(id), 'organization', id)
      const [withTheirs] = await withDomains(stores, [organization])
      return organizationObject(found(withTheirs, 'organization', id))
    },
  }),

  changeOperation({
    id: 'deleteOrganization',
    method: 'DELETE',
    path: '/organizations/:id',
    tag,
    summary: 'Delete an organization, with all that belongs to it.',
    permission: 'organizations:write',
    status: 200,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('organization', params.id)
        if (!(await deleteOrganization(acting, id))) throw notThere('organization', id)
        return undefined
      }),
  }),
]
