import { sql } from 'kysely'
import type { OrganizationId, UserId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { type PlaceOf, statement } from '../statement.ts'
import type { MembershipRecord } from './memberships.ts'
import type { OrganizationDomainRecord } from './organization-domains.ts'
import type { OrganizationRecord } from './organizations.ts'
import type { UserRecord } from './users.ts'

export type JwtTemplateRecord = Omit<Domain<'jwt_template'>, 'singleton'>

/** Whom a template is about. */
export interface TemplateSubjects {
  readonly user: Omit<UserRecord, 'passwordHash'>
  readonly organization:
    | (OrganizationRecord & { readonly domains: readonly OrganizationDomainRecord[] })
    | null
  readonly membership: MembershipRecord | null
}

/** A row that comes as JSON, as the driver would have read it: with instants. */
const fromJson = <Row extends object>(row: Record<string, unknown>): Row =>
  camelize(
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => [
        column,
        column.endsWith('_at') && typeof value === 'string' ? new Date(value) : value,
      ]),
    ),
  ) as Row

type JsonRow = Record<string, unknown>

const columns = ['content', 'created_at', 'updated_at'] as const

type Subject = { readonly userId: UserId; readonly organizationId: OrganizationId | null }

const reading = statement((db, place: PlaceOf<Subject>) =>
  db
    .selectFrom('user')
    .leftJoin('organization', (join) => join.on('organization.id', '=', place('organizationId')))
    .leftJoin('organization_membership', (join) =>
      join
        .onRef('organization_membership.organization_id', '=', 'organization.id')
        .onRef('organization_membership.user_id', '=', 'user.id'),
    )
    .select([
      sql<JsonRow>`to_jsonb("user") - 'password_hash'`.as('user'),
      sql<JsonRow | null>`to_jsonb(organization)`.as('organization'),
      sql<JsonRow | null>`to_jsonb(organization_membership)`.as('membership'),
      sql<readonly JsonRow[]>`(select coalesce(jsonb_agg(to_jsonb(organization_domain) order by id), '[]')
        from organization_domain where organization_id = organization.id)`.as('domains'),
    ])
    .where('user.id', '=', place('userId')),
)

/** There is one, or none. */
export const jwtTemplate = (db: Executor) => ({
  find: async (): Promise<JwtTemplateRecord | undefined> =>
    camelizeOptional(await db.selectFrom('jwt_template').select(columns).executeTakeFirst()),

  /** In one read, since it is on the way of every access token. */
  subjects: async (
    userId: UserId,
    organizationId: OrganizationId | null,
  ): Promise<TemplateSubjects | undefined> => {
    const row = await reading.first(db, { userId, organizationId })
    return (
      row && {
        user: fromJson(row.user),
        organization: row.organization && {
          ...fromJson<OrganizationRecord>(row.organization),
          domains: row.domains.map((domain) => fromJson<OrganizationDomainRecord>(domain)),
        },
        membership: row.membership && fromJson(row.membership),
      }
    )
  },

  save: async (content: string, now: Date): Promise<JwtTemplateRecord> =>
    camelize(
      await db
        .insertInto('jwt_template')
        .values({ content, created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.column('singleton').doUpdateSet({ content, updated_at: now }))
        .returning(columns)
        .executeTakeFirstOrThrow(),
    ),
})
