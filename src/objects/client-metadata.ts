import { z } from 'zod'
import { clientMetadataShape } from '../protocol/client-metadata.ts'
import type { ClientRecord } from '../storage/stores/clients.ts'

/** What an application says of itself beyond WorkOS's members, under the names of RFC 7591. */
export const clientMetadataObjectSchema = z
  .object({
    object: z.literal('client_metadata'),
    application_id: z.string(),
    ...z.object(clientMetadataShape).partial().shape,
  })
  .meta({ id: 'ClientMetadata' })

export type ClientMetadataObject = z.infer<typeof clientMetadataObjectSchema>

export const clientMetadataObject = (client: ClientRecord): ClientMetadataObject => ({
  object: 'client_metadata',
  application_id: client.id,
  ...client.metadata,
})
