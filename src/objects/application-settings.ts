import { z } from 'zod'
import type { ClientRecord } from '../storage/stores/clients.ts'
import { applicationObject } from './application.ts'
import { clientMetadataObject } from './client-metadata.ts'

/*
 * What we keep of an application beyond WorkOS: how long its tokens live, its keys, its logos.
 */

export const tokenSettingsSchema = z
  .object({
    object: z.literal('application_token_settings'),
    application_id: z.string(),
    access_token_seconds: z.number().int().nullable().describe('Null: as in the environment.'),
    refresh_token_idle_seconds: z
      .number()
      .int()
      .nullable()
      .describe('How long a refresh token that nobody uses holds. Null: as in the environment.'),
  })
  .meta({ id: 'ApplicationTokenSettings' })

export type TokenSettingsObject = z.infer<typeof tokenSettingsSchema>

export const tokenSettingsObject = (client: ClientRecord): TokenSettingsObject => ({
  object: 'application_token_settings',
  application_id: client.id,
  access_token_seconds: client.accessTokenSeconds,
  refresh_token_idle_seconds: client.refreshTokenIdleSeconds,
})

export const applicationKeysSchema = z
  .object({
    object: z.literal('application_keys'),
    application_id: z.string(),
    jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).nullable(),
    jwks_uri: z.string().nullable(),
  })
  .meta({ id: 'ApplicationKeys' })

export type ApplicationKeysObject = z.infer<typeof applicationKeysSchema>

export const applicationKeysObject = (client: ClientRecord): ApplicationKeysObject => ({
  object: 'application_keys',
  application_id: client.id,
  jwks: client.jwks && { keys: client.jwks.keys.map((key) => ({ ...key })) },
  jwks_uri: client.jwksUri,
})

export const applicationLogosSchema = z
  .object({
    object: z.literal('application_logos'),
    application_id: z.string(),
    light: z.string().nullable().describe('Where the logo for light pages is served.'),
    dark: z.string().nullable().describe('Where the logo for dark pages is served.'),
  })
  .meta({ id: 'ApplicationLogos' })

export type ApplicationLogosObject = z.infer<typeof applicationLogosSchema>

/** @param origin in front of our own paths; without one they stay paths. */
export const applicationLogosObject = (client: ClientRecord, origin = ''): ApplicationLogosObject => ({
  object: 'application_logos',
  application_id: client.id,
  light: client.logoUrl && origin + client.logoUrl,
  dark: client.logoDarkUrl && origin + client.logoDarkUrl,
})

/** An application with all that is kept of it, as events tell of it. */
export const applicationWithSettings = (client: ClientRecord) => ({
  ...applicationObject(client),
  token_settings: tokenSettingsObject(client),
  keys: applicationKeysObject(client),
  logos: applicationLogosObject(client),
  client_metadata: clientMetadataObject(client),
})

export type ApplicationWithSettings = ReturnType<typeof applicationWithSettings>
