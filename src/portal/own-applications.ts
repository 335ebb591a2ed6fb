import type { z } from 'zod'
import type { ApplicationKind } from '../dashboard/application-form.ts'
import type { Ask } from '../dashboard/ask.ts'
import type { madeOnce } from '../dashboard/made-once.ts'
import { unchangedSince } from '../dashboard/unchanged-since.ts'
import { readSettings } from '../environment/change-settings.ts'
import { listedSecretSchema } from '../management/client-secrets.ts'
import { conflict, invalid } from '../management/refusal.ts'
import { type ApplicationObject, applicationSchema } from '../objects/application.ts'
import { newApplicationSecretSchema } from '../objects/client-secret.ts'
import { type ListObject, listOf } from '../objects/list.ts'
import { type RefusedRequestObject, refusedRequestSchema } from '../objects/refused-request.ts'
import { type OrganizationId, parseIdentifier, type UserId } from '../protocol/identifiers.ts'
import type { DeveloperPortalLimits, Settings } from '../protocol/settings.ts'
import { ADMIN_ROLE } from '../protocol/slug.ts'
import type { Stores } from '../storage/index.ts'
import type { PermissionRecord } from '../storage/stores/permissions.ts'
import { beyondLimits, type Wanted } from './limits.ts'

/*
 * What admins do with the applications of one organization. They ask the operations of the management API, as operators do
 * at the dashboard; but those know no organizations, so each is held to one here, and this is all that the pages of the
 * portal are given of them.
 *
 * What is read is shown only if it is the organization's. A change is made only if, in its own transaction, the portal is
 * on, the user is an active admin of the organization, and the thing is the organization's: `OwnApplication` and
 * `OwnSecret` are made here alone, so a change of what nobody has looked for in that organization does not compile, and
 * one of what is not its own any more is not made.
 */

declare const own: unique symbol
interface Own {
  readonly [own]: true
}

export type OwnApplication = Extract<ApplicationObject, { readonly organization_id: string }> & Own

export type OwnSecret = z.output<typeof listedSecretSchema> & Own

/** There is no such thing, or it is somebody else's: whoever asks is told the same. */
export class NothingThere extends Error {
  override readonly name = 'NothingThere'

  constructor() {
    super('there is no such thing of that organization')
  }
}

export interface ApplicationDraft {
  readonly name: string
  readonly description: string | null
  readonly scopes: readonly string[]
  readonly redirectUris: readonly string[]
}

type Once = ReturnType<typeof madeOnce>

/** @throws Refusal, NothingThere */
export interface OwnApplications {
  list(query: Readonly<Record<string, string>>): Promise<ListObject<OwnApplication>>
  count(): Promise<number>
  /** By its ID or its client ID. */
  get(id: string): Promise<OwnApplication>
  create(kind: ApplicationKind, draft: ApplicationDraft): Promise<OwnApplication>
  /** @param updatedAt as of when it was looked at */
  update(application: OwnApplication, draft: ApplicationDraft, updatedAt: string): Promise<void>
  delete(application: OwnApplication): Promise<void>
  secretsOf(application: OwnApplication): Promise<readonly OwnSecret[]>
  /** @returns the secret itself, which is not to be had again. */
  createSecret(application: OwnApplication, name: string | null, once: Once): Promise<string>
  deleteSecret(secret: OwnSecret): Promise<void>
  /** What it was refused lately. */
  refusalsOf(
    application: OwnApplication,
    query: Readonly<Record<string, string>>,
  ): Promise<ListObject<RefusedRequestObject>>
  /** What may be given to it, and what it has. */
  permissionsFor(application?: OwnApplication): Promise<readonly PermissionRecord[]>
}

/** An admin of an organization, as of now. */
export interface AdminOf {
  readonly userId: UserId
  readonly organizationId: OrganizationId
  readonly limits: DeveloperPortalLimits
  readonly now: Date
}

export interface OwnApplicationsDependencies {
  readonly ask: Ask
  readonly stores: Stores
  /** What holds where nothing is set: the configuration of this node. */
  readonly configured: Settings
}

export const createOwnApplications =
  ({ ask, stores, configured }: OwnApplicationsDependencies) =>
  ({ userId, organizationId, limits, now }: AdminOf): OwnApplications => {
    const asking = {
      caller: { actor: { type: 'user', id: userId }, permissions: ['applications:write'] },
      now,
    } as const

    const isOwn = (application: ApplicationObject): application is OwnApplication =>
      'organization_id' in application && application.organization_id === organizationId

    const owned = (application: ApplicationObject): OwnApplication => {
      if (!isOwn(application)) throw new NothingThere()
      return application
    }

    /**
     * The change is one of an admin of this organization, and stays so until it is made. The organization comes first, as
     * where it is deleted; and since it is locked, one admin makes no room for two applications.
     */
    const asAdmin =
      (also: (stores: Stores, limits: DeveloperPortalLimits) => Promise<void> = async () => undefined) =>
      async (inChange: Stores): Promise<void> => {
        const organization = await inChange.organizations.lock(organizationId)
        const membership = await inChange.memberships.lock({ userId, organizationId })
        const { settings } = await readSettings(inChange, configured)
        const isAdmin = membership?.status === 'active' && membership.roleSlug === ADMIN_ROLE
        if (!organization || !isAdmin || !settings.developerPortal) throw new NothingThere()
        await also(inChange, settings.developerPortalLimits)
      }

    const ownedIn = async ({ clients }: Stores, applicationId: string) => {
      const id = parseIdentifier('application', applicationId)
      const client = id && (await clients.byId(id))
      if (client?.organizationId !== organizationId) throw new NothingThere()
      return client
    }

    return {
      list: async (query) => {
        const list = await ask(asking, 'listApplications', listOf(applicationSchema), {
          query: { ...query, organization_id: organizationId, registration_types: 'authenticated,dynamic' },
        })
        return { ...list, data: list.data.map(owned) }
      },

      // No operation counts, and a page of a list does not say how many there are.
      count: () => stores.clients.countOf(organizationId),

      get: async (id) => owned(await ask(asking, 'getApplication', applicationSchema, { params: { id } })),

      create: async (kind, draft) => {
        const type = kind === 'm2m' ? 'm2m' : 'oauth'
        const wanted: Wanted = { ...draft, type }
        const { redirectUris, ...described } = draft
        const application = await ask(asking, 'createApplication', applicationSchema, {
          body: {
            ...described,
            application_type: type,
            organization_id: organizationId,
            ...(type === 'oauth' && {
              is_first_party: false,
              uses_pkce: kind === 'public',
              redirect_uris: registered(redirectUris),
            }),
          },
          provided: asAdmin(async ({ clients }, allowed) => {
            refuseBeyond(allowed, wanted)
            if ((await clients.countOf(organizationId)) >= allowed.applications) throw tooMany(allowed)
          }),
        })
        return owned(application)
      },

      update: async ({ id, application_type: type }, draft, updatedAt) => {
        const { redirectUris, ...described } = draft
        await ask(asking, 'updateApplication', applicationSchema, {
          params: { id },
          body: { ...described, ...(type === 'oauth' && { redirect_uris: registered(redirectUris) }) },
          provided: asAdmin(async (inChange, allowed) => {
            // Before the application, in the order in which a permission is deleted.
            await inChange.permissions.hold(draft.scopes)
            await unchangedSince('application', id, updatedAt)(inChange)
            refuseBeyond(allowed, draft, await ownedIn(inChange, id))
          }),
        })
      },

      delete: ({ id }) =>
        ask(asking, 'deleteApplication', undefined, {
          params: { id },
          provided: asAdmin(async (inChange) => void (await ownedIn(inChange, id))),
        }),

      secretsOf: async ({ id }) =>
        (await ask(asking, 'listClientSecretsWithUse', listOf(listedSecretSchema), { params: { id } }))
          .data as unknown as readonly OwnSecret[],

      createSecret: async ({ id }, name, once) => {
        const { secret } = await ask(asking, 'createApplicationClientSecret', newApplicationSecretSchema, {
          params: { id },
          body: { name },
          provided: asAdmin(async (inChange) => {
            await ownedIn(inChange, id)
            await once(inChange, now)
          }),
        })
        return secret
      },

      deleteSecret: ({ id }) =>
        ask(asking, 'deleteClientSecret', undefined, {
          params: { id },
          provided: asAdmin(async ({ clientCredentials }) => {
            const parsed = parseIdentifier('credential', id)
            const secret = parsed && (await clientCredentials.lock(parsed))
            if (secret?.organizationId !== organizationId) throw new NothingThere()
          }),
        }),

      refusalsOf: ({ id }, query) =>
        ask(asking, 'listRefusedRequests', listOf(refusedRequestSchema), { params: { id }, query }),

      // The operation gives all there are, a page at a time: what nobody here may ask for is nobody's business here.
      permissionsFor: async (application) =>
        (await stores.permissions.bySlugs([...limits.scopes, ...(application?.scopes ?? [])])).sort(
          (one, other) => (one.slug < other.slug ? -1 : 1),
        ),
    }
  }

const registered = (redirectUris: readonly string[]) => redirectUris.map((uri) => ({ uri }))

/** @throws Refusal 422 */
const refuseBeyond = (...asked: Parameters<typeof beyondLimits>): void => {
  const problems = beyondLimits(...asked)
  if (problems.length > 0) throw invalid(problems)
}

const tooMany = ({ applications }: DeveloperPortalLimits) =>
  conflict(
    'too_many_applications',
    `An organization has ${applications === 1 ? 'one application' : `${applications} applications`} at most; delete one first.`,
  )
