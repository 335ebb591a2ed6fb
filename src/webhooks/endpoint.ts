import type { Acting } from '../events/record.ts'
import { shownWebhookEndpoint, type WebhookEndpointObject } from '../objects/webhook-endpoint.ts'
import type { AskableEventName } from '../protocol/foreign-event-name.ts'
import { newIdentifier, type WebhookEndpointId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { WebhookEndpointRecord } from '../storage/stores/webhook-endpoints.ts'
import type { Sealer } from '../system/encryption.ts'
import { outboundUrlProblem } from '../system/outbound-fetch.ts'
import { newHandle } from '../system/random.ts'

/*
 * Who is told of what happens. Owns the endpoints and what is sent to them; what happens is written down in events,
 * with a delivery for each endpoint that wants it, in one statement.
 */

/** Names who it belongs to, for secret scanners. */
const SECRET_PREFIX = 'whsec_'

const MAXIMUM_URL_LENGTH = 2048

/** Each event is written once for each endpoint that wants it, within the change it tells of. */
export const MAXIMUM_ENDPOINTS = 100

/** Of deliveries that go with their endpoint, in one statement: there may be millions, and a statement has a time limit. */
const DELETED_AT_ONCE = 10_000

export interface WebhookRules {
  /** Deliveries are signed with the secret, so it has to be read again: kept encrypted, under the ID of its endpoint. */
  readonly sealer: Sealer
  /** Hosts that may be reached over http and in private networks. */
  readonly allowedHosts: readonly string[]
}

export type WebhookChange = Acting<Pick<Stores, 'webhookEndpoints'>>

type WebhookCreation = Acting<Pick<Stores, 'webhookEndpoints' | 'environment'>>

type WebhookDeletion = Acting<Pick<Stores, 'webhookEndpoints' | 'webhookDeliveries'>>

export type Refused =
  | { readonly outcome: 'refused'; readonly code: 'invalid_url'; readonly message: string }
  | { readonly outcome: 'refused'; readonly code: 'too_many'; readonly message: string }
  | { readonly outcome: 'refused'; readonly code: 'duplicate_endpoint' }

export const createWebhookEndpoint = async (
  { stores, now, random, record }: WebhookCreation,
  rules: WebhookRules,
  given: { readonly endpointUrl: string; readonly events: readonly AskableEventName[] },
): Promise<Refused | { readonly outcome: 'created'; readonly endpoint: WebhookEndpointRecord }> => {
  const problem = urlProblem(given.endpointUrl, rules)
  if (problem !== undefined) return { outcome: 'refused', code: 'invalid_url', message: problem }
  await stores.environment.changeAlone()
  if ((await stores.webhookEndpoints.count()) >= MAXIMUM_ENDPOINTS) {
    const message = `is one more than the ${MAXIMUM_ENDPOINTS} there may be`
    return { outcome: 'refused', code: 'too_many', message }
  }
  const id = newIdentifier('webhookEndpoint', now, random)
  const endpoint: WebhookEndpointRecord = {
    id,
    endpointUrl: given.endpointUrl,
    secretSealed: rules.sealer.seal(`${SECRET_PREFIX}${newHandle(random)}`, id),
    status: 'enabled',
    events: [...new Set(given.events)],
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.webhookEndpoints.insert(endpoint)))
    return { outcome: 'refused', code: 'duplicate_endpoint' }
  await record({ name: 'webhook_endpoint.created', targetId: id, data: shownWebhookEndpoint(endpoint) })
  return { outcome: 'created', endpoint }
}

/** What is not given stays. Undefined if there is none. */
export const updateWebhookEndpoint = async (
  { stores, now, record }: WebhookChange,
  rules: Pick<WebhookRules, 'allowedHosts'>,
  id: WebhookEndpointId,
  given: {
    readonly endpointUrl?: string | undefined
    readonly status?: 'enabled' | 'disabled' | undefined
    readonly events?: readonly AskableEventName[] | undefined
  },
): Promise<
  Refused | { readonly outcome: 'updated'; readonly endpoint: WebhookEndpointRecord } | undefined
> => {
  const before = await stores.webhookEndpoints.lock(id)
  if (!before) return undefined
  const problem = given.endpointUrl === undefined ? undefined : urlProblem(given.endpointUrl, rules)
  if (problem !== undefined) return { outcome: 'refused', code: 'invalid_url', message: problem }
  const endpoint: WebhookEndpointRecord = {
    ...before,
    endpointUrl: given.endpointUrl ?? before.endpointUrl,
    status: given.status ?? before.status,
    events: given.events ? [...new Set(given.events)] : before.events,
    updatedAt: now,
  }
  if (isSame(before, endpoint)) return { outcome: 'updated', endpoint: before }
  const { secretSealed: _kept, createdAt: _same, ...fields } = endpoint
  if (!(await stores.webhookEndpoints.update(fields)))
    return { outcome: 'refused', code: 'duplicate_endpoint' }
  await record({
    name: 'webhook_endpoint.updated',
    targetId: id,
    data: shownWebhookEndpoint(endpoint),
    before: shownWebhookEndpoint(before),
  })
  return { outcome: 'updated', endpoint }
}

/** Whether nothing but the time would change: what is asked for again is no update. */
const isSame = (before: WebhookEndpointRecord, after: WebhookEndpointRecord): boolean =>
  JSON.stringify({ ...after, updatedAt: before.updatedAt }) === JSON.stringify(before)

/** False if there is none. What was not yet delivered to it never will be. */
export const deleteWebhookEndpoint = async (
  { stores, record }: Pick<WebhookDeletion, 'stores' | 'record'>,
  id: WebhookEndpointId,
): Promise<boolean> => {
  if (!(await stores.webhookEndpoints.lock(id))) return false
  while ((await stores.webhookDeliveries.deleteSome(id, DELETED_AT_ONCE)) === DELETED_AT_ONCE);
  const endpoint = await stores.webhookEndpoints.delete(id)
  if (!endpoint) return false
  await record({ name: 'webhook_endpoint.deleted', targetId: id, data: shownWebhookEndpoint(endpoint) })
  return true
}

/** Undefined if it was sealed with another secret of the operator. */
export const openSecret = (
  sealer: Pick<Sealer, 'open'>,
  { id, secretSealed }: Pick<WebhookEndpointRecord, 'id' | 'secretSealed'>,
): string | undefined => sealer.open(secretSealed, id)

/** With no secret if that cannot be read, so that such an endpoint can be seen, disabled and deleted. */
export const webhookEndpointObject = (
  sealer: Pick<Sealer, 'open'>,
  endpoint: WebhookEndpointRecord,
): WebhookEndpointObject => ({
  ...shownWebhookEndpoint(endpoint),
  secret: openSecret(sealer, endpoint) ?? '',
})

const urlProblem = (url: string, { allowedHosts }: Pick<WebhookRules, 'allowedHosts'>): string | undefined =>
  url.length > MAXIMUM_URL_LENGTH
    ? 'is too long'
    : // RFC 9110 §7.1: a fragment is not sent.
      url.includes('#')
      ? 'must not have a fragment'
      : outboundUrlProblem(url, allowedHosts)
