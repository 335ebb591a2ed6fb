import { z } from 'zod'
import type { RegistrationProblem } from '../clients/application-rules.ts'
import type { ClientRegistry } from '../clients/client-registry.ts'
import {
  deleteApplication,
  type NewApplication,
  registerApplication,
  updateApplication,
} from '../clients/registration.ts'
import type { CheckSector } from '../clients/sector-identifier-uri.ts'
import { applicationObject, applicationSchema } from '../objects/application.ts'
import { listObject, listOf } from '../objects/list.ts'
import type { Stores } from '../storage/index.ts'
import { applicationAt } from './application-reference.ts'
import { organizationFilter } from './fields.ts'
import { notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { invalid, invalidField } from './refusal.ts'

export interface ApplicationDependencies {
  readonly stores: Stores
  readonly clientRegistry: Pick<ClientRegistry, 'invalidate'>
  readonly checkSector: CheckSector
}

const tag = 'Applications'

/** Of which many are unknown at once, the answer would be longer than anybody reads. */
const MAXIMUM_SCOPES = 500

const parts = {
  description: z.string().nullish(),
  scopes: z
    .array(z.string())
    .max(MAXIMUM_SCOPES)
    .nullish()
    .describe('Standard scopes and slugs of permissions.'),
}

const redirectUris = z
  .array(z.strictObject({ uri: z.string(), default: z.boolean().nullish() }))
  .nullish()
  .describe('The first is the default unless another says that it is.')

type GivenRedirectUris = z.output<typeof redirectUris>

const newApplicationSchema = z.discriminatedUnion('application_type', [
  z.strictObject({
    name: z.string(),
    application_type: z.literal('oauth'),
    ...parts,
    redirect_uris: redirectUris,
    uses_pkce: z.boolean().nullish().describe('True for what cannot keep a secret: it gets none.'),
    is_first_party: z.boolean(),
    organization_id: z.string().nullish().describe('Needed unless it is first-party.'),
  }),
  z.strictObject({
    name: z.string(),
    application_type: z.literal('m2m'),
    ...parts,
    organization_id: z.string(),
  }),
])

export const applicationOperations = ({
  stores,
  clientRegistry,
  checkSector,
}: ApplicationDependencies): readonly Operation[] => [
  readOperation({
    id: 'listApplications',
    method: 'GET',
    path: '/connect/applications',
    tag,
    summary: 'List applications.',
    permission: 'applications:read',
    query: z.strictObject({
      ...pageParameters,
      organization_id: organizationFilter.describe('Only those of this organization.'),
      registration_types: z
        .string()
        .default('authenticated')
        .describe(
          'Comma-separated: `authenticated` for those made here, `dynamic` for those that registered themselves.',
        ),
    }),
    answer: listOf(applicationSchema),
    errors: [],
    handle: async ({ query }) => {
      const filter = {
        organizationId: query.organization_id,
        wasDynamicallyRegistered: dynamicallyOf(query.registration_types),
      }
      const page = await stores.clients.page(filter, pageOf('application', query))
      return listObject(cursorsOf(page, query), applicationObject)
    },
  }),

  changeOperation({
    id: 'createApplication',
    method: 'POST',
    path: '/connect/applications',
    tag,
    summary: 'Create an application.',
    description:
      'Its type, its trust, whether it keeps a secret and its organization are for good; everything else can be changed.',
    permission: 'applications:write',
    body: newApplicationSchema,
    answer: applicationSchema,
    status: 201,
    errors: [404],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const registered = await registerApplication(acting, newApplication(body))
        if (registered.outcome === 'registered') return applicationObject(registered.client)
        throw registered.code === 'invalid'
          ? invalidApplication(registered.problems)
          : notThere('organization', registered.organizationId)
      }),
  }),

  readOperation({
    id: 'getApplication',
    method: 'GET',
    path: '/connect/applications/:id',
    tag,
    summary: 'Get an application by its ID or its client ID.',
    permission: 'applications:read',
    answer: applicationSchema,
    errors: [404],
    handle: async ({ params }) => applicationObject(await applicationAt(stores, params.id)),
  }),

  changeOperation({
    id: 'updateApplication',
    method: 'PUT',
    path: '/connect/applications/:id',
    tag,
    summary: 'Change an application.',
    description:
      'What is left out stays. `description: null` takes the description away; `scopes: null` and `redirect_uris: null` change nothing, `[]` takes them away.',
    permission: 'applications:write',
    body: z.strictObject({ name: z.string().nullish(), ...parts, redirect_uris: redirectUris }),
    answer: applicationSchema,
    status: 200,
    errors: [404],
    handle: async ({ params, body, change }) => {
      const { metadata } = await applicationAt(stores, params.id)
      const redirectUris = newRedirectUris(body.redirect_uris)
      const problem = redirectUris && (await checkSector({ metadata, redirectUris }))
      if (problem) throw invalid([{ ...problem, field: 'redirect_uris' }])
      return change(async (acting) => {
        const { id, clientId } = await applicationAt(acting.stores, params.id)
        const updated = await updateApplication(acting, id, {
          name: body.name ?? undefined,
          description: body.description,
          scopes: body.scopes ?? undefined,
          redirectUris,
        })
        if (updated.outcome === 'refused') {
          throw updated.code === 'invalid'
            ? invalidApplication(updated.problems)
            : notThere('application', params.id)
        }
        acting.afterCommit(() => clientRegistry.invalidate(clientId))
        return applicationObject(updated.client)
      })
    },
  }),

  changeOperation({
    id: 'deleteApplication',
    method: 'DELETE',
    path: '/connect/applications/:id',
    tag,
    summary: 'Delete an application, with its secrets, its consents and all that was granted to it.',
    permission: 'applications:write',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const client = await applicationAt(acting.stores, params.id)
        if (!(await deleteApplication(acting, client))) throw notThere('application', params.id)
        acting.afterCommit(() => clientRegistry.invalidate(client.clientId))
        return undefined
      }),
  }),
]

const newApplication = (body: z.output<typeof newApplicationSchema>): NewApplication => {
  const shared = {
    name: body.name,
    description: body.description ?? undefined,
    scopes: body.scopes ?? undefined,
  }
  if (body.application_type === 'm2m') {
    return { ...shared, type: 'm2m', organizationId: body.organization_id }
  }
  return {
    ...shared,
    type: 'oauth',
    isFirstParty: body.is_first_party,
    isPublic: body.uses_pkce ?? false,
    organizationId: body.organization_id ?? undefined,
    redirectUris: newRedirectUris(body.redirect_uris),
  }
}

const newRedirectUris = (given: GivenRedirectUris) =>
  given?.map(({ uri, default: isDefault }) => ({ uri, isDefault: isDefault ?? false }))

const invalidApplication = (problems: readonly RegistrationProblem[]) => invalid(problems)

/** Undefined for both. */
const dynamicallyOf = (types: string): boolean | undefined => {
  const wanted = new Set(types.split(',').map((type) => type.trim()))
  if ([...wanted].some((type) => type !== 'dynamic' && type !== 'authenticated')) {
    throw invalidField('registration_types', 'invalid_value', 'is a list of `dynamic` and `authenticated`.')
  }
  return wanted.size === 2 ? undefined : wanted.has('dynamic')
}
