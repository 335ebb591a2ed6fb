import { z } from 'zod'
import { changeKeys } from '../clients/application-settings.ts'
import { changeMetadata } from '../clients/client-metadata.ts'
import { issueCredential } from '../clients/credentials.ts'
import { registerApplication } from '../clients/registration.ts'
import type { Actor } from '../events/catalogue.ts'
import { actingAs } from '../events/record.ts'
import { createPermission } from '../permissions/permission.ts'
import { clientMetadataSchema } from '../protocol/client-metadata.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Clock } from '../system/clock.ts'
import type { Random } from '../system/random.ts'
import { readEntry, sentenceOf } from './read-entry.ts'

/*
 * Applications of another system. They get client IDs and secrets of ours, which is what the partners have to be told; the
 * file that says which is which is the result (decision 0049).
 */

interface Common {
  readonly oldClientId: string
  readonly name: string
  readonly description: string
  readonly scopes: readonly string[]
  /** What is not taken over, in words. */
  readonly notes: readonly string[]
  readonly jwks?: readonly Readonly<Record<string, unknown>>[]
  readonly jwksUri?: string
}

export type ForeignApplication = Common &
  (
    | { readonly type: 'm2m' }
    | {
        readonly type: 'oauth'
        readonly isPublic: boolean
        readonly requirePkce: boolean
        /** Users are asked: then it is somebody else's, unless the operator says otherwise. */
        readonly asksForConsent: boolean
        readonly redirectUris: readonly string[]
        readonly metadata: Readonly<Record<string, unknown>>
      }
  )

export interface ForeignRefusal {
  readonly oldClientId: string
  readonly refused: string
}

/**
 * The clients of another system, each by itself: one that cannot be read keeps back no other one.
 *
 * @param applicationOf undefined: it is nobody's.
 */
export const readApplications = <Schema extends z.ZodType>(
  entries: readonly unknown[],
  { schema, id }: { readonly schema: Schema; readonly id: string },
  applicationOf: (client: z.output<Schema>) => ForeignApplication | ForeignRefusal | undefined,
): readonly (ForeignApplication | ForeignRefusal)[] =>
  entries.flatMap((entry, place) => {
    const { data, fault } = readEntry(schema, entry)
    if (!fault) return applicationOf(data) ?? []
    const name = readEntry(z.object({ [id]: z.string().min(1) }), entry).data?.[id]
    return { oldClientId: name ?? `Entry ${place + 1}`, refused: sentenceOf(fault) }
  })

export interface CreatedApplication {
  readonly old_client_id: string
  readonly outcome: 'created'
  readonly application_id: string
  readonly client_id: string
  /** Null: it has none. Shown this once. */
  readonly client_secret: string | null
  readonly notes: readonly string[]
}

export type ImportedApplication =
  | CreatedApplication
  | { readonly old_client_id: string; readonly outcome: 'refused'; readonly reason: string }

export interface ImportingApplications {
  readonly transaction: Transaction
  readonly clock: Clock
  readonly random: Random
  readonly actor: Actor
  readonly isDryRun: boolean
  /** That third-party and m2m applications belong to. */
  readonly organizationId: string | undefined
  /** All that are for people are the operator's own. */
  readonly areFirstParty: boolean
  /** Scopes that there is no permission for get one. */
  readonly createPermissions: boolean
  /** In the transaction: an application whose secret nobody has written down never comes to be. */
  readonly writeDown: (created: CreatedApplication) => Promise<void>
}

/** Thrown in the transaction, so that nothing of it stays. */
class Undone extends Error {
  readonly result: ImportedApplication

  constructor(result: ImportedApplication) {
    super('undone')
    this.result = result
  }
}

/** One application, in a transaction of its own. */
export const importApplication = async (
  importing: ImportingApplications,
  foreign: ForeignApplication | ForeignRefusal,
): Promise<ImportedApplication> => {
  const { oldClientId: old_client_id } = foreign
  const refuse = (reason: string): never => {
    throw new Undone({ old_client_id, outcome: 'refused', reason })
  }
  if ('refused' in foreign) return { old_client_id, outcome: 'refused', reason: foreign.refused }
  const { transaction, clock, random, actor, isDryRun, organizationId } = importing
  try {
    return await transaction(async (stores) => {
      const acting = actingAs(actor, { stores, now: clock.now(), random })
      if (importing.createPermissions) {
        for (const slug of foreign.scopes) {
          if (await stores.permissions.bySlug(slug)) continue
          const created = await createPermission(acting, { slug, name: slug })
          if (created.outcome === 'refused') refuse(`the scope ${slug} cannot be a permission`)
        }
      }
      const shared = {
        name: foreign.name,
        description: foreign.description,
        scopes: foreign.scopes,
      }
      const isFirstParty = foreign.type === 'oauth' && (importing.areFirstParty || !foreign.asksForConsent)
      if (!isFirstParty && organizationId === undefined) {
        refuse('it needs an organization that it belongs to: --organization')
      }
      const registered = await registerApplication(
        acting,
        foreign.type === 'm2m'
          ? { ...shared, type: 'm2m', organizationId: organizationId ?? '' }
          : {
              ...shared,
              ...{ type: 'oauth', isFirstParty, isPublic: foreign.isPublic },
              ...(foreign.requirePkce && { requirePkce: true }),
              ...(!isFirstParty && { organizationId }),
              redirectUris: foreign.redirectUris.map((uri) => ({ uri })),
            },
      )
      if (registered.outcome === 'refused') {
        return refuse(
          registered.code === 'invalid'
            ? registered.problems.map(({ field, message }) => `${field}: ${message}`).join(' ')
            : `there is no organization ${registered.organizationId}`,
        )
      }
      const { client } = registered
      if (foreign.jwks !== undefined || foreign.jwksUri !== undefined) {
        const keyed = await changeKeys(acting, client, {
          jwks: foreign.jwksUri === undefined ? (foreign.jwks ?? null) : null,
          jwksUri: foreign.jwksUri ?? null,
        })
        if (keyed.outcome === 'refused') refuse('its keys cannot be taken over')
      }
      if (foreign.type === 'oauth' && Object.keys(foreign.metadata).length > 0) {
        const metadata = clientMetadataSchema.safeParse(foreign.metadata)
        const changed = metadata.success && (await changeMetadata(acting, client.id, metadata.data, ['code']))
        if (!changed || changed.outcome === 'refused') {
          refuse(
            changed && changed.code === 'invalid'
              ? changed.problems.map(({ field, message }) => `${field}: ${message}`).join(' ')
              : 'what it says of itself cannot be taken over',
          )
        }
      }
      const issued = client.isPublic ? undefined : await issueCredential(acting, client)
      if (issued?.outcome === 'refused') refuse(issued.code)
      const result: CreatedApplication = {
        ...{ old_client_id, outcome: 'created' },
        application_id: client.id,
        client_id: client.clientId,
        client_secret: issued?.outcome === 'issued' ? issued.secret : null,
        notes: foreign.notes,
      }
      if (isDryRun) throw new Undone(result)
      await importing.writeDown(result)
      return result
    })
  } catch (error) {
    if (error instanceof Undone) return error.result
    throw error
  }
}
