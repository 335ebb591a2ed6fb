import { z } from 'zod'
import type { ClientRegistry } from '../clients/client-registry.ts'
import { type SafeToDelete, safeToDelete, safetyReasons } from '../clients/credential-safety.ts'
import { deleteCredential, issueCredential, relabelCredential } from '../clients/credentials.ts'
import {
  applicationSecretObject,
  applicationSecretSchema,
  clientSecretObject,
  clientSecretSchema,
  newApplicationSecretSchema,
} from '../objects/client-secret.ts'
import { listObject, listOf } from '../objects/list.ts'
import type { Stores } from '../storage/index.ts'
import { applicationAt } from './application-reference.ts'
import { instant } from './fields.ts'
import { identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { conflict, invalidField } from './refusal.ts'

export interface ClientSecretDependencies {
  readonly stores: Stores
  readonly clientRegistry: Pick<ClientRegistry, 'invalidate'>
}

const tag = 'Client secrets'

const labelSchema = z.strictObject({
  name: z.string().nullish().describe('For people who have to tell secrets apart.'),
  expires_at: instant
    .nullish()
    .describe('From here on it authenticates nobody; what it got before lives on. Null: never.'),
})

export const listedSecretSchema = clientSecretSchema
  .extend({
    safe_to_delete: z
      .object({ safe: z.boolean(), reason: z.enum(safetyReasons) })
      .describe('Whether anybody would notice, as far as the uses of all secrets of the application tell.'),
  })
  .meta({ id: 'ListedClientSecret' })

export const clientSecretOperations = ({
  stores,
  clientRegistry,
}: ClientSecretDependencies): readonly Operation[] => [
  readOperation({
    id: 'listApplicationClientSecrets',
    method: 'GET',
    path: '/connect/applications/:id/client_secrets',
    tag,
    summary: 'List the secrets of an application.',
    permission: 'applications:read',
    answer: z.array(applicationSecretSchema),
    errors: [404],
    handle: async ({ params }) => {
      const { id } = await applicationAt(stores, params.id)
      return (await stores.clientCredentials.of(id)).map(applicationSecretObject)
    },
  }),

  changeOperation({
    id: 'createApplicationClientSecret',
    method: 'POST',
    path: '/connect/applications/:id/client_secrets',
    tag,
    summary: 'Create a secret of an application, five at most.',
    description: 'The answer alone holds the secret itself. `name` and `expires_at` are ours, and optional.',
    permission: 'applications:write',
    body: labelSchema,
    answer: newApplicationSecretSchema,
    status: 201,
    errors: [404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const client = await applicationAt(acting.stores, params.id)
        const issued = await issueCredential(acting, client, labelOf(body))
        if (issued.outcome === 'refused') {
          throw issued.code === 'application_not_found'
            ? notThere('application', params.id)
            : refused(issued.code)
        }
        acting.afterCommit(() => clientRegistry.invalidate(client.clientId))
        return { ...applicationSecretObject(issued.credential), secret: issued.secret }
      }),
  }),

  changeOperation({
    id: 'deleteClientSecret',
    method: 'DELETE',
    path: '/connect/client_secrets/:id',
    tag,
    summary: 'Delete a secret; introspection calls what it got inactive from here on.',
    permission: 'applications:write',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('credential', params.id)
        const deleted = await deleteCredential(acting, id)
        if (!deleted) throw notThere('credential', id)
        acting.afterCommit(() => clientRegistry.invalidate(deleted.clientId))
        return undefined
      }),
  }),

  readOperation({
    id: 'listClientSecretsWithUse',
    method: 'GET',
    path: '/latchkey/v1/applications/:id/client_secrets',
    tag,
    summary: 'List the secrets of an application with name, expiry and whether they can go.',
    permission: 'applications:read',
    answer: listOf(listedSecretSchema),
    errors: [404],
    handle: async ({ params, now }) => {
      const { id } = await applicationAt(stores, params.id)
      const rows = await stores.clientCredentials.of(id)
      return listObject({ rows, before: null, after: null }, (credential) => ({
        ...clientSecretObject(credential),
        safe_to_delete: safeToDelete(credential, rows, now) satisfies SafeToDelete,
      }))
    },
  }),

  changeOperation({
    id: 'updateClientSecret',
    method: 'PATCH',
    path: '/latchkey/v1/client_secrets/:id',
    tag,
    summary: 'Name a secret, or say when it expires.',
    description: 'What is left out stays; null takes it away. One that has expired does not come back.',
    permission: 'applications:write',
    body: labelSchema,
    answer: clientSecretSchema,
    status: 200,
    errors: [404, 409],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const id = identified('credential', params.id)
        const updated = await relabelCredential(acting, id, labelOf(body))
        if (updated.outcome === 'refused') {
          throw updated.code === 'credential_not_found' ? notThere('credential', id) : refused(updated.code)
        }
        acting.afterCommit(() => clientRegistry.invalidate(updated.credential.clientId))
        return clientSecretObject(updated.credential)
      }),
  }),
]

const labelOf = ({ name, expires_at: expiresAt }: z.output<typeof labelSchema>) => ({ name, expiresAt })

const refused = (
  code:
    | 'too_many_credentials'
    | 'public_client'
    | 'name_invalid'
    | 'expiry_not_in_future'
    | 'client_secret_already_expired',
) => {
  switch (code) {
    case 'too_many_credentials':
      return invalidField(
        'client_secrets',
        code,
        'An application has five secrets at most; delete one first.',
      )
    case 'public_client':
      return invalidField(
        'client_secrets',
        code,
        'An application that uses PKCE instead of secrets has none.',
      )
    case 'name_invalid':
      return invalidField('name', code, 'A name has 1 to 255 characters and no control characters.')
    case 'expiry_not_in_future':
      return invalidField('expires_at', code, 'must be in the future; to end a secret now, delete it.')
    case 'client_secret_already_expired':
      return conflict(code, 'The client secret has expired, and does not come back.')
  }
}
