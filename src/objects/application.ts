import { z } from 'zod'
import type { ClientRecord } from '../storage/stores/clients.ts'
import { createdAndUpdated, instants } from './members.ts'

const common = {
  object: z.literal('connect_application'),
  id: z.string(),
  client_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  scopes: z.array(z.string()),
  ...createdAndUpdated,
}

const oauth = {
  ...common,
  application_type: z.literal('oauth'),
  redirect_uris: z.array(z.object({ uri: z.string(), default: z.boolean() })),
  uses_pkce: z.boolean().describe('It cannot keep a secret, and proves each code with PKCE instead.'),
}

/** An application as WorkOS shows it. */
export const applicationSchema = z
  .union([
    z.object({ ...oauth, is_first_party: z.literal(true) }),
    z.object({
      ...oauth,
      is_first_party: z.literal(false),
      was_dynamically_registered: z.literal(false),
      organization_id: z.string(),
    }),
    z.object({ ...oauth, is_first_party: z.literal(false), was_dynamically_registered: z.literal(true) }),
    z.object({ ...common, application_type: z.literal('m2m'), organization_id: z.string() }),
  ])
  .meta({ id: 'ConnectApplication' })

export type ApplicationObject = z.infer<typeof applicationSchema>

export const applicationObject = (client: ClientRecord): ApplicationObject => {
  const shared = {
    object: 'connect_application' as const,
    id: client.id,
    client_id: client.clientId,
    name: client.name,
    description: client.description,
    scopes: [...client.scopes],
    ...instants(client),
  }
  if (client.type === 'm2m') {
    return { ...shared, application_type: 'm2m', organization_id: ownerOf(client) }
  }
  const ofUsers = {
    ...shared,
    application_type: 'oauth' as const,
    redirect_uris: client.redirectUris.map(({ uri, isDefault }) => ({ uri, default: isDefault })),
    uses_pkce: client.isPublic,
  }
  if (client.isFirstParty) return { ...ofUsers, is_first_party: true }
  return client.wasDynamicallyRegistered
    ? { ...ofUsers, is_first_party: false, was_dynamically_registered: true }
    : {
        ...ofUsers,
        is_first_party: false,
        was_dynamically_registered: false,
        organization_id: ownerOf(client),
      }
}

/** The table sees to it: whatever is not first-party, and did not register itself, has one. */
const ownerOf = ({ id, organizationId }: ClientRecord): string => {
  if (organizationId === null) throw new Error(`${id} belongs to no organization.`)
  return organizationId
}
