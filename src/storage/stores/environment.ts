import { sql } from 'kysely'
import type { BrandImages } from '../../protocol/brand-image.ts'
import type {
  ApplicationId,
  ClientId,
  IdentityProviderId,
  OrganizationId,
} from '../../protocol/identifiers.ts'
import { json } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { knownImages } from './brand-images.ts'

/** All that every node keeps in memory of the environment. */
export interface EnvironmentSnapshot {
  /** As they are kept. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly corsOrigins: readonly string[]
  /** Of every first-party application; they may hold wildcards. */
  readonly redirectUris: readonly string[]
  /** RFC 8707: what access tokens may be for; none: the parameter is ignored. */
  readonly resources: readonly { readonly uri: string; readonly isDefault: boolean }[]
  /** The operator's own claims in access tokens of users (protocol/jwt-template.ts). */
  readonly jwtTemplate: string | null
  /** The operator's logo and icon. */
  readonly brandImages: BrandImages
  /** At which anybody may sign in, the oldest first. */
  readonly identityProviders: readonly { readonly id: IdentityProviderId; readonly name: string }[]
  /** Whether an address may belong to somebody who signs in at their organization's. */
  readonly organizationsHaveProviders: boolean
  /** Standalone: where people sign in for one application, or one organization; null: here. */
  readonly loginUris: readonly {
    readonly uri: string | null
    readonly applicationId: ApplicationId | null
    readonly organizationId: OrganizationId | null
  }[]
}

/** The one environment of this deployment. */
export const environment = (db: Executor) => ({
  /** Gives the environment its client ID if it has none; the one it keeps is the first. */
  claim: async (clientId: ClientId, now: Date): Promise<void> => {
    await db
      .insertInto('environment')
      .values({ client_id: clientId, created_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  },

  /** Until the transaction ends, nobody else who calls this gets past it. */
  changeAlone: async (): Promise<void> => {
    await db.selectFrom('environment').select('singleton').forUpdate().execute()
  },

  /** What the operator has set by API; nothing before there is an environment. */
  settings: async (): Promise<Readonly<Record<string, unknown>>> =>
    (await db.selectFrom('environment').select('settings').executeTakeFirst())?.settings ?? {},

  /** Between reading the settings and this, `changeAlone` keeps others out. */
  saveSettings: async (settings: object): Promise<void> => {
    await db
      .updateTable('environment')
      .set({ settings: json(settings) })
      .execute()
  },

  /** All that every node keeps in memory, in one statement. */
  snapshot: async (): Promise<EnvironmentSnapshot> => {
    const row = await db
      .selectFrom('environment')
      .select([
        'settings',
        sql<string[]>`array(select origin from cors_origin order by id)`.as('corsOrigins'),
        sql<string[]>`array(select uri from environment_redirect_uri order by id)`.as('redirectUris'),
        sql<EnvironmentSnapshot['resources']>`coalesce(
          (select jsonb_agg(jsonb_build_object('uri', uri, 'isDefault', is_default) order by id) from resource_indicator),
          '[]')`.as('resources'),
        sql<string | null>`(select content from jwt_template)`.as('jwtTemplate'),
        sql<Readonly<Record<string, string>>>`coalesce(
          (select jsonb_object_agg(kind, content_hash) from brand_image), '{}')`.as('images'),
        sql<EnvironmentSnapshot['identityProviders']>`coalesce(
          (select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by id) from identity_provider
            where is_enabled and organization_id is null), '[]')`.as('identityProviders'),
        sql<boolean>`exists (select from identity_provider where is_enabled and organization_id is not null)`.as(
          'organizationsHaveProviders',
        ),
        sql<EnvironmentSnapshot['loginUris']>`coalesce(
          (select jsonb_agg(jsonb_build_object(
            'uri', uri, 'applicationId', application_id, 'organizationId', organization_id)) from login_uri),
          '[]')`.as('loginUris'),
      ])
      .executeTakeFirst()
    if (!row) {
      return {
        settings: {},
        corsOrigins: [],
        redirectUris: [],
        resources: [],
        jwtTemplate: null,
        brandImages: {},
        identityProviders: [],
        organizationsHaveProviders: false,
        loginUris: [],
      }
    }
    const { images, ...rest } = row
    return { ...rest, brandImages: knownImages(Object.entries(images)) }
  },

  clientId: async (): Promise<ClientId | undefined> =>
    (await db.selectFrom('environment').select('client_id').executeTakeFirst())?.client_id,
})
