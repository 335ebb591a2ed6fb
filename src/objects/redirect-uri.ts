import { z } from 'zod'
import type { EnvironmentRedirectUriRecord } from '../storage/stores/environment-redirect-uris.ts'
import { createdAndUpdated, instants } from './members.ts'

export const redirectUriSchema = z
  .object({
    object: z.literal('redirect_uri'),
    id: z.string(),
    uri: z.string(),
    default: z.boolean(),
    ...createdAndUpdated,
  })
  .meta({ id: 'RedirectUri' })

export type RedirectUriObject = z.infer<typeof redirectUriSchema>

export const redirectUriObject = (redirectUri: EnvironmentRedirectUriRecord): RedirectUriObject => ({
  object: 'redirect_uri',
  id: redirectUri.id,
  uri: redirectUri.uri,
  default: redirectUri.isDefault,
  ...instants(redirectUri),
})
