import { z } from 'zod'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { registerRedirectUri, removeRedirectUri } from '../environment/redirect-uris.ts'
import { listObject, listOf } from '../objects/list.ts'
import { redirectUriObject, redirectUriSchema } from '../objects/redirect-uri.ts'
import type { Issuer } from '../protocol/issuer.ts'
import type { Stores } from '../storage/index.ts'
import { identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { conflict, invalidField } from './refusal.ts'

export interface RedirectUriDependencies {
  readonly stores: Pick<Stores, 'environmentRedirectUris'>
  readonly environment: Pick<EnvironmentRegistry, 'invalidate'>
  readonly issuer: Issuer
}

const tag = 'Redirect URIs'
const path = '/user_management/redirect_uris'

export const redirectUriOperations = ({
  stores,
  environment,
  issuer,
}: RedirectUriDependencies): readonly Operation[] => [
  readOperation({
    id: 'listRedirectUris',
    method: 'GET',
    path,
    tag,
    summary: 'List the redirect URIs of the environment.',
    permission: 'environment:read',
    query: z.strictObject(pageParameters),
    answer: listOf(redirectUriSchema),
    errors: [],
    handle: async ({ query }) => {
      const page = await stores.environmentRedirectUris.page(pageOf('environmentRedirectUri', query))
      return listObject(cursorsOf(page, query), redirectUriObject)
    },
  }),

  changeOperation({
    id: 'createRedirectUri',
    method: 'POST',
    path,
    tag,
    summary: 'Register a redirect URI for every first-party application.',
    description:
      'It may hold one wildcard: a part of the first label of the host (https://app-*.example.com/callback), of letters, ' +
      'digits, - and _, where nobody but you gets a name; or the port on localhost, where the issuer is http. The ' +
      'redirect URIs of third-party applications are their own, and exact.',
    permission: 'environment:write',
    body: z.strictObject({
      uri: z.string(),
      default: z.boolean().nullish().describe('Takes the place of the one that was the default.'),
    }),
    answer: redirectUriSchema,
    status: 201,
    errors: [],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const registered = await registerRedirectUri(
          acting,
          { uri: body.uri, isDefault: body.default ?? false },
          issuer,
        )
        if (registered.outcome === 'refused')
          throw invalidField('uri', registered.code, `The URI ${registered.problem}.`)
        acting.afterCommit(environment.invalidate)
        return redirectUriObject(registered.redirectUri)
      }),
  }),

  changeOperation({
    id: 'deleteRedirectUri',
    method: 'DELETE',
    path: `${path}/:id`,
    tag,
    summary: 'Remove a redirect URI of the environment.',
    description: 'The default one only when it is the last.',
    permission: 'environment:write',
    status: 204,
    errors: [404, 409],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('environmentRedirectUri', params.id)
        const removed = await removeRedirectUri(acting, id)
        switch (removed.outcome) {
          case 'unknown':
            throw notThere('environmentRedirectUri', id)
          case 'refused':
            throw conflict(removed.code, 'The default redirect URI: make another one the default first.')
          case 'removed':
            acting.afterCommit(environment.invalidate)
            return undefined
        }
      }),
  }),
]
