import { z } from 'zod'
import type { LoginUriRecord } from '../storage/stores/login-uris.ts'
import { createdAndUpdated, instants } from './members.ts'

export const loginUriSchema = z
  .object({
    object: z.literal('login_uri'),
    id: z.string(),
    name: z.string(),
    uri: z.string().nullable(),
    application_id: z.string().nullable(),
    organization_id: z.string().nullable(),
    ...createdAndUpdated,
  })
  .meta({ id: 'LoginUri' })

export type LoginUriObject = z.infer<typeof loginUriSchema>

export const loginUriObject = (loginUri: LoginUriRecord): LoginUriObject => ({
  object: 'login_uri',
  id: loginUri.id,
  name: loginUri.name,
  uri: loginUri.uri,
  application_id: loginUri.applicationId,
  organization_id: loginUri.organizationId,
  ...instants(loginUri),
})
