import { z } from 'zod'
import { searchResultsObject, searchResultsSchema } from '../objects/search-result.ts'
import type { FoundKind } from '../protocol/found-kind.ts'
import { canonicalIdentifier } from '../protocol/identifiers.ts'
import { type ManagementPermission, permits } from '../protocol/management-permission.ts'
import type { Stores } from '../storage/index.ts'
import type { Found } from '../storage/stores/search.ts'
import { type Operation, readOperation } from './operation.ts'

/** What it takes to read each kind. */
const permissions: Readonly<Record<FoundKind, ManagementPermission>> = {
  user: 'users:read',
  organization: 'organizations:read',
  application: 'applications:read',
  credential: 'applications:read',
  permission: 'permissions:read',
  role: 'permissions:read',
  webhook_endpoint: 'webhooks:read',
  api_key: 'api_keys:read',
  signing_key: 'environment:read',
  identity_provider: 'environment:read',
  login_uri: 'environment:read',
  event: 'events:read',
}

/** Of each kind. */
const MOST = 20

const MAXIMUM_LENGTH = 200

export const searchOperations = ({ stores }: { readonly stores: Stores }): readonly Operation[] => [
  readOperation({
    id: 'searchEverything',
    method: 'GET',
    path: '/latchkey/v1/search',
    tag: 'Search',
    summary: 'Find something by its ID, or by how its name or address begins.',
    description:
      'IDs of anything, external IDs, client IDs and slugs are found whole; users by address or name, organizations by name ' +
      'or domain, applications by name, in capitals or not. What the key may not read is not found.',
    permission: 'applications:read',
    query: z.strictObject({ q: z.string().trim().min(1).max(MAXIMUM_LENGTH) }),
    answer: searchResultsSchema,
    errors: [],
    handle: async ({ query: { q }, held }) => {
      const ids = [...new Set([q, canonicalIdentifier(q)])]
      const [byText, ...byId] = await Promise.all([
        stores.search.byText(q, MOST),
        ...ids.map((id) => stores.search.byId(id)),
      ])
      const found = new Map<string, Found>()
      for (const one of [...byId.flat(), ...byText]) {
        if (permits(held, permissions[one.kind])) found.set(`${one.kind} ${one.id}`, one)
      }
      return searchResultsObject([...found.values()])
    },
  }),
]
