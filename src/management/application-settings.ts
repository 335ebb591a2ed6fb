import { z } from 'zod'
import { changeKeys, changeTokenSettings } from '../clients/application-settings.ts'
import type { ClientRegistry } from '../clients/client-registry.ts'
import { unreachableUris } from '../clients/unreachable-uris.ts'
import {
  applicationKeysObject,
  applicationKeysSchema,
  tokenSettingsObject,
  tokenSettingsSchema,
} from '../objects/application-settings.ts'
import type { Stores } from '../storage/index.ts'
import { applicationAt } from './application-reference.ts'
import { notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { invalid, invalidField } from './refusal.ts'

export interface ApplicationSettingsDependencies {
  readonly stores: Stores
  readonly clientRegistry: Pick<ClientRegistry, 'invalidate'>
  /** Hosts that may be reached over http and in private networks. */
  readonly outboundAllowedHosts: readonly string[]
}

const tag = 'Application settings'

/** A request is not slower for having many, but who has more has lost count. */
const MAXIMUM_KEYS = 20

export const applicationSettingsOperations = ({
  stores,
  clientRegistry,
  outboundAllowedHosts,
}: ApplicationSettingsDependencies): readonly Operation[] => [
  readOperation({
    id: 'getApplicationTokenSettings',
    method: 'GET',
    path: '/latchkey/v1/applications/:id/token_settings',
    tag,
    summary: 'Get how long the tokens of an application live.',
    permission: 'applications:read',
    answer: tokenSettingsSchema,
    errors: [404],
    handle: async ({ params }) => tokenSettingsObject(await applicationAt(stores, params.id)),
  }),

  changeOperation({
    id: 'updateApplicationTokenSettings',
    method: 'PUT',
    path: '/latchkey/v1/applications/:id/token_settings',
    tag,
    summary: 'Say how long the tokens of an application live.',
    description:
      'What is left out stays; null: as in the environment. Tokens that exist keep the lifetime they were made with.',
    permission: 'applications:write',
    body: z.strictObject({
      access_token_seconds: z.number().int().min(10).max(86_400).nullish(),
      refresh_token_idle_seconds: z.number().int().min(60).max(31_536_000).nullish(),
    }),
    answer: tokenSettingsSchema,
    status: 200,
    errors: [404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const { id, clientId } = await applicationAt(acting.stores, params.id)
        const client = await changeTokenSettings(acting, id, {
          ...(body.access_token_seconds !== undefined && { accessTokenSeconds: body.access_token_seconds }),
          ...(body.refresh_token_idle_seconds !== undefined && {
            refreshTokenIdleSeconds: body.refresh_token_idle_seconds,
          }),
        })
        if (!client) throw notThere('application', params.id)
        acting.afterCommit(() => clientRegistry.invalidate(clientId))
        return tokenSettingsObject(client)
      }),
  }),

  readOperation({
    id: 'getApplicationKeys',
    method: 'GET',
    path: '/latchkey/v1/applications/:id/keys',
    tag,
    summary: 'Get the public keys of an application.',
    permission: 'applications:read',
    answer: applicationKeysSchema,
    errors: [404],
    handle: async ({ params }) => applicationKeysObject(await applicationAt(stores, params.id)),
  }),

  changeOperation({
    id: 'updateApplicationKeys',
    method: 'PUT',
    path: '/latchkey/v1/applications/:id/keys',
    tag,
    summary: 'Replace the public keys of an application.',
    description: 'Either the keys themselves or where they are published; null takes them away.',
    permission: 'applications:write',
    body: z
      .strictObject({
        jwks: z
          .strictObject({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(MAXIMUM_KEYS) })
          .nullish(),
        jwks_uri: z.string().nullish(),
      })
      .meta({ minProperties: 1 }),
    answer: applicationKeysSchema,
    status: 200,
    errors: [404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const client = await applicationAt(acting.stores, params.id)
        if (body.jwks === undefined && body.jwks_uri === undefined) {
          throw invalidField('jwks', 'required', 'Give the keys or where they are; null takes them away.')
        }
        const changed = await changeKeys(acting, client, {
          jwks: body.jwks?.keys ?? null,
          jwksUri: body.jwks_uri ?? null,
        })
        if (changed.outcome === 'changed') {
          const unreachable = unreachableUris(
            { jwks_uri: body.jwks_uri ?? undefined },
            { jwks_uri: client.jwksUri ?? undefined },
            outboundAllowedHosts,
          )
          if (unreachable.length > 0) throw invalid(unreachable)
          acting.afterCommit(() => clientRegistry.invalidate(client.clientId))
          return applicationKeysObject(changed.client)
        }
        switch (changed.code) {
          case 'application_not_found':
            throw notThere('application', params.id)
          case 'public_client':
            throw invalidField('jwks', changed.code, 'An application that cannot keep a secret has no keys.')
          case 'both_given':
            throw invalidField('jwks_uri', changed.code, 'Give the keys or where they are, not both.')
          case 'invalid':
            throw invalid(changed.problems)
        }
      }),
  }),
]
