import { z } from 'zod'
import type { CredentialRecord } from '../storage/stores/client-credentials.ts'
import { createdAndUpdated, instants, optionalInstant, timestamp } from './members.ts'

/** What is kept of a credential, as far as it may be shown. */
export type ShownCredential = Omit<CredentialRecord, 'slot' | 'secretHash'>

/** As WorkOS shows one. */
export const applicationSecretSchema = z
  .object({
    object: z.literal('connect_application_secret'),
    id: z.string(),
    secret_hint: z.string().describe('Its last characters.'),
    last_used_at: timestamp.nullable(),
    ...createdAndUpdated,
  })
  .meta({ id: 'ConnectApplicationSecret' })

export const newApplicationSecretSchema = applicationSecretSchema
  .extend({ secret: z.string().describe('Shown this once; only its hash is kept.') })
  .meta({ id: 'NewConnectApplicationSecret' })

export type ApplicationSecretObject = z.infer<typeof applicationSecretSchema>

export const applicationSecretObject = (credential: ShownCredential): ApplicationSecretObject => ({
  object: 'connect_application_secret',
  id: credential.id,
  secret_hint: credential.hint,
  last_used_at: optionalInstant(credential.lastUsedAt),
  ...instants(credential),
})

/** With what WorkOS does not have. */
export const clientSecretSchema = z
  .object({
    object: z.literal('client_secret'),
    id: z.string(),
    application_id: z.string(),
    name: z.string().nullable(),
    secret_hint: z.string().describe('Its last characters.'),
    last_used_at: timestamp.nullable(),
    expires_at: timestamp.nullable().describe('From here on it authenticates nobody. Null: never.'),
    ...createdAndUpdated,
  })
  .meta({ id: 'ClientSecret' })

export type ClientSecretObject = z.infer<typeof clientSecretSchema>

export const clientSecretObject = (credential: ShownCredential): ClientSecretObject => ({
  object: 'client_secret',
  id: credential.id,
  application_id: credential.applicationId,
  name: credential.name,
  secret_hint: credential.hint,
  last_used_at: optionalInstant(credential.lastUsedAt),
  expires_at: optionalInstant(credential.expiresAt),
  ...instants(credential),
})
