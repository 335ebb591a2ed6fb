import { z } from 'zod'
import { changeMetadata } from '../clients/client-metadata.ts'
import type { ClientRegistry } from '../clients/client-registry.ts'
import type { CheckSector } from '../clients/sector-identifier-uri.ts'
import { unreachableUris } from '../clients/unreachable-uris.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { clientMetadataObject, clientMetadataObjectSchema } from '../objects/client-metadata.ts'
import { clientMetadataShape } from '../protocol/client-metadata.ts'
import { supportedResponseTypes } from '../protocol/response-type.ts'
import type { Stores } from '../storage/index.ts'
import { applicationAt } from './application-reference.ts'
import { notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { invalid } from './refusal.ts'

export interface ClientMetadataDependencies {
  readonly stores: Stores
  readonly clientRegistry: Pick<ClientRegistry, 'invalidate'>
  readonly checkSector: CheckSector
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  /** Hosts that may be reached over http and in private networks. */
  readonly outboundAllowedHosts: readonly string[]
}

const tag = 'Application settings'
const path = '/latchkey/v1/applications/:id/client_metadata'

export const clientMetadataOperations = ({
  stores,
  clientRegistry,
  checkSector,
  environment,
  outboundAllowedHosts,
}: ClientMetadataDependencies): readonly Operation[] => [
  readOperation({
    id: 'getApplicationClientMetadata',
    method: 'GET',
    path,
    tag,
    summary: 'Get the client metadata of an application: its profile, algorithms, logout and the like.',
    permission: 'applications:read',
    answer: clientMetadataObjectSchema,
    errors: [404],
    handle: async ({ params }) => clientMetadataObject(await applicationAt(stores, params.id)),
  }),

  changeOperation({
    id: 'updateApplicationClientMetadata',
    method: 'PUT',
    path,
    tag,
    summary: 'Replace the client metadata of an application.',
    description:
      'Members have the names of RFC 7591 and the documents that add to it; `profile` is ours, and `fapi2` holds the ' +
      'application to the FAPI 2.0 Security Profile. `response_types` other than `code` need the setting ' +
      '`implicit_flow`, and redirect URIs that tokens may be sent to: https, or http on this machine for an ' +
      '`application_type` of `native`. What is left out is as the specifications have it by default.',
    permission: 'applications:write',
    body: z.strictObject(clientMetadataShape).partial(),
    answer: clientMetadataObjectSchema,
    status: 200,
    errors: [404],
    handle: async ({ params, body, change }) => {
      const { metadata, redirectUris } = await applicationAt(stores, params.id)
      if (body.sector_identifier_uri !== metadata.sector_identifier_uri) {
        const problem = await checkSector({ metadata: body, redirectUris })
        if (problem) throw invalid([problem])
      }
      const { settings } = await environment.current()
      return change(async (acting) => {
        const { id, clientId } = await applicationAt(acting.stores, params.id)
        const changed = await changeMetadata(acting, id, body, supportedResponseTypes(settings))
        if (changed.outcome === 'refused') {
          throw changed.code === 'invalid' ? invalid(changed.problems) : notThere('application', params.id)
        }
        const unreachable = unreachableUris(body, metadata, outboundAllowedHosts)
        if (unreachable.length > 0) throw invalid(unreachable)
        acting.afterCommit(() => clientRegistry.invalidate(clientId))
        return clientMetadataObject(changed.client)
      })
    },
  }),
]
