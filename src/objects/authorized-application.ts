import { z } from 'zod'
import type { AuthorizedApplicationId, ConsentId } from '../protocol/identifiers.ts'
import type { ClientRecord } from '../storage/stores/clients.ts'
import type { ConsentRecord } from '../storage/stores/consents.ts'
import { applicationObject, applicationSchema } from './application.ts'
import { createdAndUpdated, instants } from './members.ts'

/*
 * A consent goes out in two shapes: as WorkOS lists it beside its application, and as events tell of it. Both IDs have
 * the same ULID.
 */

export const authorizedApplicationSchema = z
  .object({
    object: z.literal('authorized_connect_application'),
    id: z.string(),
    granted_scopes: z.array(z.string()),
    oauth_resource: z
      .string()
      .optional()
      .describe('Where its tokens may be used. Of several the first in alphabetical order.'),
    application: applicationSchema,
  })
  .meta({ id: 'AuthorizedConnectApplication' })

export type AuthorizedApplicationObject = z.infer<typeof authorizedApplicationSchema>

export interface AuthorizedApplication {
  readonly consent: ConsentRecord
  readonly client: ClientRecord
}

export const authorizedApplicationObject = ({
  consent,
  client,
}: AuthorizedApplication): AuthorizedApplicationObject => ({
  object: 'authorized_connect_application',
  id: authorizedApplicationId(consent.id),
  granted_scopes: [...consent.scopes],
  ...firstOf(consent.resources),
  application: applicationObject(client),
})

const firstOf = (resources: readonly string[]) => {
  const [first] = [...resources].sort()
  return first === undefined ? {} : { oauth_resource: first }
}

/** With whose it is, where those of many users are listed. */
export const organizationAuthorizedApplicationSchema = authorizedApplicationSchema
  .extend({ user_id: z.string() })
  .meta({ id: 'OrganizationAuthorizedConnectApplication' })

export const organizationAuthorizedApplicationObject = (authorized: AuthorizedApplication) => ({
  ...authorizedApplicationObject(authorized),
  user_id: authorized.consent.userId,
})

const CONSENT = 'app_consent_'
const AUTHORIZED = 'authorized_connect_app_'

export const authorizedApplicationId = (id: ConsentId): AuthorizedApplicationId =>
  (AUTHORIZED + id.slice(CONSENT.length)) as AuthorizedApplicationId

export const consentIdOf = (id: AuthorizedApplicationId): ConsentId =>
  (CONSENT + id.slice(AUTHORIZED.length)) as ConsentId

export const consentSchema = z
  .object({
    object: z.literal('consent'),
    id: z.string(),
    user_id: z.string(),
    application_id: z.string(),
    client_id: z.string(),
    organization_id: z.string().nullable().describe('In whose name; null: in nobody’s but the user’s.'),
    scopes: z.array(z.string()),
    resources: z.array(z.string()).describe('RFC 8707: where its tokens may be used.'),
    authorization_details: z
      .array(z.looseObject({ type: z.string() }))
      .describe('RFC 9396: what was agreed to in detail, without what is asked about each time.'),
    ...createdAndUpdated,
  })
  .meta({ id: 'Consent' })

export type ConsentObject = z.infer<typeof consentSchema>

export const consentObject = (
  consent: ConsentRecord,
  client: Pick<ClientRecord, 'clientId'>,
): ConsentObject => ({
  object: 'consent',
  id: consent.id,
  user_id: consent.userId,
  application_id: consent.applicationId,
  client_id: client.clientId,
  organization_id: consent.organizationId,
  scopes: [...consent.scopes],
  resources: [...consent.resources],
  authorization_details: consent.authorizationDetails.map((detail) => ({ ...detail })),
  ...instants(consent),
})

/** As it is listed beside its application: with whose it is, by a name that people know. */
export const applicationConsentSchema = consentSchema
  .extend({
    user_email: z.string(),
    last_used_at: z.string().nullable().describe('To within some minutes; null: never.'),
  })
  .meta({ id: 'ApplicationConsent' })

export const applicationConsentObject = ({
  consent,
  client,
  userEmail,
}: AuthorizedApplication & { readonly userEmail: string }): z.infer<typeof applicationConsentSchema> => ({
  ...consentObject(consent, client),
  user_email: userEmail,
  last_used_at: consent.lastUsedAt?.toISOString() ?? null,
})
