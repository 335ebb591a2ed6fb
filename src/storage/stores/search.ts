import { sql } from 'kysely'
import type { FoundKind } from '../../protocol/found-kind.ts'
import type { Executor } from '../executor.ts'

export interface Found {
  readonly kind: FoundKind
  readonly id: string
  /** Of a credential its application. */
  readonly parentId: string | null
  /** What people call it. */
  readonly title: string
  readonly detail: string | null
}

/** Behind every text that begins with the one before it (collation "C" compares code points). */
const LAST = '\u{10FFFF}'

/** As the index has it. */
const fullName = sql`coalesce(name, coalesce(first_name || ' ', '') || coalesce(last_name, ''))`

/*
 * Everything is found by an index: an ID by a primary key, a name by how it begins.
 */
export const search = (db: Executor) => ({
  /** What has that ID, of ours or of the operator's, or belongs to what has it. */
  byId: async (id: string): Promise<Found[]> => {
    const { rows } = await sql<Found>`
      with wanted as (select ${id}::text collate "C" as id)
      select 'user' as kind, who.id, null as "parentId", who.email as title, who.name as detail
        from "user" who where who.id in (
          select id from wanted
          union all select user_id from session where id = (select id from wanted)
          union all select user_id from organization_membership where id = (select id from wanted)
          union all select user_id from consent where id = (select id from wanted))
      union all select 'user', who.id, null, who.email, who.name
        from "user" who where who.external_id = (select id from wanted)
      union all select 'organization', organization.id, null, organization.name, organization.external_id
        from organization where organization.id in (
          select id from wanted
          union all select organization_id from organization_domain where id = (select id from wanted))
      union all select 'organization', organization.id, null, organization.name, organization.external_id
        from organization where organization.external_id = (select id from wanted)
      union all select 'application', application.id, null, application.name, application.client_id
        from application where application.id = (select id from wanted)
      union all select 'application', application.id, null, application.name, application.client_id
        from application where application.client_id = (select id from wanted)
      union all select 'credential', credential.id, application.id, application.name, credential.hint
        from client_credential credential join application on application.id = credential.application_id
       where credential.id = (select id from wanted)
      union all select 'permission', slug, null, name, slug from permission where id = (select id from wanted)
      union all select 'permission', slug, null, name, slug from permission where slug = (select id from wanted)
      union all select 'role', slug, null, name, slug
        from role where organization_id is null and (id = (select id from wanted) or slug = (select id from wanted))
      union all select 'webhook_endpoint', id, null, endpoint_url, status
        from webhook_endpoint where id = (select id from wanted)
      union all select 'api_key', id, null, name, obfuscated_value from api_key where id = (select id from wanted)
      union all select 'signing_key', kid, null, kid, algorithm from signing_key where kid = (select id from wanted)
      union all select 'identity_provider', id, null, name, issuer
        from identity_provider where id = (select id from wanted)
      union all select 'login_uri', id, null, name, uri from login_uri where id = (select id from wanted)
      union all select 'event', id, null, name, null from event where id = (select id from wanted)`.execute(
      db,
    )
    return rows
  },

  /** Users by their address or name, organizations by their name or a domain, applications by their name. */
  byText: async (text: string, limit: number): Promise<Found[]> => {
    // As the address is kept, and the domain (which know no other letters)...
    const kept = text.toLowerCase()
    // ...and as the database folds names: it and JavaScript differ on some letters.
    const from = sql`lower(${text}::text) collate "C"`
    const to = sql`(lower(${text}::text) || ${LAST}::text) collate "C"`
    const { rows } = await sql<Found>`
      (select 'user' as kind, id, null as "parentId", email as title, ${fullName} as detail from "user"
        where normalized_email >= ${kept} and normalized_email < ${kept + LAST} order by normalized_email limit ${limit})
      union
      (select 'user', id, null, email, ${fullName} from "user"
        where lower(${fullName}) collate "C" >= ${from} and lower(${fullName}) collate "C" < ${to}
        order by lower(${fullName}) collate "C", id limit ${limit})
      union
      (select 'user', id, null, email, ${fullName} from "user"
        where lower(last_name) collate "C" >= ${from} and lower(last_name) collate "C" < ${to}
        order by lower(last_name) collate "C", id limit ${limit})
      union
      (select 'organization', id, null, name, external_id from organization
        where lower(name) collate "C" >= ${from} and lower(name) collate "C" < ${to}
        order by lower(name) collate "C", id limit ${limit})
      union
      (select 'organization', organization.id, null, organization.name, organization.external_id
         from organization_domain domain join organization on organization.id = domain.organization_id
        where domain.domain = ${kept} limit ${limit})
      union
      (select 'application', id, null, name, client_id from application
        where lower(name) collate "C" >= ${from} and lower(name) collate "C" < ${to}
        order by lower(name) collate "C", id limit ${limit})`.execute(db)
    return rows
  },
})
