import { z } from 'zod'
import { line } from '../environment/line.ts'
import {
  createIdentityProvider,
  deleteIdentityProvider,
  type ProviderRules,
  type RefusedProvider,
  updateIdentityProvider,
} from '../identity-providers/identity-provider.ts'
import { identityProviderObject, identityProviderSchema } from '../objects/identity-provider.ts'
import { listObject, listOf } from '../objects/list.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import { emailTrusts } from '../protocol/identity-provider.ts'
import { paths } from '../protocol/paths.ts'
import type { Stores } from '../storage/index.ts'
import { found, identified, notThere, organizationThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { invalidField } from './refusal.ts'

export interface IdentityProviderDependencies {
  readonly stores: Stores
  readonly providerRules: ProviderRules
  readonly issuer: string
}

const tag = 'Identity providers'
const path = '/latchkey/v1/identity_providers'

const MAXIMUM_NAME_LENGTH = 60

const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[\x21-\x7E]+$/, { error: 'has visible characters of ASCII alone' })

const fields = {
  name: line(MAXIMUM_NAME_LENGTH).describe('On the button: "Continue with …".'),
  issuer: z
    .string()
    .describe(
      'Its issuer identifier; what it says of itself is at `/.well-known/openid-configuration` below.',
    ),
  client_id: text(500).describe('What it calls this server.'),
  client_secret: text(2000).describe('Kept encrypted, and never shown.'),
  scopes: z
    .array(text(200))
    .max(20)
    .refine((scopes) => scopes.includes('openid'), { error: 'must hold openid' })
    .describe('Unless given: `openid`, `email`, `profile`.'),
  enabled: z.boolean(),
  create_users: z
    .boolean()
    .describe('Whether somebody who has no account gets one when they sign in there. Unless given, yes.'),
  required: z
    .boolean()
    .describe(
      'Whether whoever has an address of a verified domain of the organization signs in there and nowhere else.',
    ),
  trust_email: z
    .enum(emailTrusts)
    .describe(
      'Whether an address is theirs who sign in there: `when_verified` if the provider says `email_verified`, `always` for ' +
        'a provider that never says so and lets nobody choose their address, `never`. One of an organization is believed ' +
        'for the verified domains of the organization alone.',
    ),
  trust_amr: z.boolean().describe('Whether its `amr` is believed: then a second factor there is one here.'),
}

export const identityProviderOperations = ({
  stores,
  providerRules,
  issuer,
}: IdentityProviderDependencies): readonly Operation[] => [
  readOperation({
    id: 'listIdentityProviders',
    method: 'GET',
    path,
    tag,
    summary: 'List the OpenID providers at which people may sign in.',
    permission: 'environment:read',
    query: z.strictObject({ ...pageParameters, organization_id: z.string().optional() }),
    answer: listOf(identityProviderSchema),
    errors: [404],
    handle: async ({ query }) => {
      const organizationId =
        query.organization_id === undefined
          ? undefined
          : await organizationThere(stores, query.organization_id)
      const page = await stores.identityProviders.page(organizationId, pageOf('identityProvider', query))
      return listObject(cursorsOf(page, query), identityProviderObject)
    },
  }),

  readOperation({
    id: 'getIdentityProvider',
    method: 'GET',
    path: `${path}/:id`,
    tag,
    summary: 'Show an identity provider.',
    permission: 'environment:read',
    answer: identityProviderSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('identityProvider', params.id)
      return identityProviderObject(found(await stores.identityProviders.byId(id), 'identityProvider', id))
    },
  }),

  changeOperation({
    id: 'createIdentityProvider',
    method: 'POST',
    path,
    tag,
    summary: 'Let people sign in at an OpenID provider.',
    description:
      `Register ${issuer}${paths.upstreamCallback} there as the redirect URI. Without \`organization_id\` it is offered to ` +
      'everybody; with it, to whoever has an address of a verified domain of that organization.',
    permission: 'environment:write',
    body: z.strictObject({
      name: fields.name,
      organization_id: z.string().nullish(),
      issuer: fields.issuer,
      client_id: fields.client_id,
      client_secret: fields.client_secret,
      scopes: fields.scopes.nullish(),
      enabled: fields.enabled.nullish(),
      create_users: fields.create_users.nullish(),
      required: fields.required.nullish(),
      trust_email: fields.trust_email.nullish(),
      trust_amr: fields.trust_amr.nullish(),
    }),
    answer: identityProviderSchema,
    status: 201,
    errors: [],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const created = await createIdentityProvider(acting, providerRules, {
          name: body.name,
          organizationId: organizationOf(body.organization_id ?? null),
          issuer: body.issuer,
          clientId: body.client_id,
          clientSecret: body.client_secret,
          scopes: body.scopes ?? ['openid', 'email', 'profile'],
          isEnabled: body.enabled ?? true,
          createsUsers: body.create_users ?? true,
          isRequired: body.required ?? false,
          trustsEmail: body.trust_email ?? 'when_verified',
          trustsAmr: body.trust_amr ?? false,
        })
        if (created.outcome === 'refused') throw refusalOf(created)
        return identityProviderObject(created.provider)
      }),
  }),

  changeOperation({
    id: 'updateIdentityProvider',
    method: 'PATCH',
    path: `${path}/:id`,
    tag,
    summary: 'Change an identity provider, or switch it on or off.',
    description:
      'Whose provider it is stays, and so does its issuer: at another one the same subject is somebody else. What is left ' +
      'out stays, too.',
    permission: 'environment:write',
    body: z.strictObject({
      name: fields.name.nullish(),
      client_id: fields.client_id.nullish(),
      client_secret: fields.client_secret.nullish(),
      scopes: fields.scopes.nullish(),
      enabled: fields.enabled.nullish(),
      create_users: fields.create_users.nullish(),
      required: fields.required.nullish(),
      trust_email: fields.trust_email.nullish(),
      trust_amr: fields.trust_amr.nullish(),
    }),
    answer: identityProviderSchema,
    status: 200,
    errors: [404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const id = identified('identityProvider', params.id)
        const updated = found(
          await updateIdentityProvider(acting, providerRules, id, {
            name: body.name ?? undefined,
            clientId: body.client_id ?? undefined,
            clientSecret: body.client_secret ?? undefined,
            scopes: body.scopes ?? undefined,
            isEnabled: body.enabled ?? undefined,
            createsUsers: body.create_users ?? undefined,
            isRequired: body.required ?? undefined,
            trustsEmail: body.trust_email ?? undefined,
            trustsAmr: body.trust_amr ?? undefined,
          }),
          'identityProvider',
          id,
        )
        if (updated.outcome === 'refused') throw refusalOf(updated)
        return identityProviderObject(updated.provider)
      }),
  }),

  changeOperation({
    id: 'deleteIdentityProvider',
    method: 'DELETE',
    path: `${path}/:id`,
    tag,
    summary: 'Delete an identity provider.',
    description: 'The accounts of those who signed in there stay.',
    permission: 'environment:write',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('identityProvider', params.id)
        if (!(await deleteIdentityProvider(acting, id))) throw notThere('identityProvider', id)
        return undefined
      }),
  }),
]

const organizationOf = (text: string | null) => {
  if (text === null) return null
  const id = parseIdentifier('organization', text)
  if (id === undefined) {
    throw invalidField('organization_id', 'organization_not_found', 'There is no such organization.')
  }
  return id
}

const refusalOf = ({ field, code, message }: RefusedProvider) => invalidField(field, code, message)
