import { sql } from 'kysely'
import { expect } from 'vitest'
import { signIn } from '../support/follow-authorization.ts'
import type { Management, ManagementAnswer } from '../support/management.ts'
import { clientToken, credentials, post } from '../support/relying-party.ts'
import type { Held, Own, Way } from './own.ts'

/*
 * What can have become of each thing that a right stands on, since it was granted. Operators bring it about by the
 * management API, people by the pages; only time is moved by hand, in the row that it is about.
 */

export interface State {
  readonly thing: string
  readonly state: string
  /** Whose rights it is about, if not everybody's. */
  readonly of?: (way: Way) => boolean
  /** Brings it about. @returns what is another from here on. */
  bring(own: Own, management: Management, held: Held, way: Way): Promise<Partial<Own> | undefined>
}

const done = async (answer: Promise<ManagementAnswer>): Promise<undefined> => {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return undefined
}

const ofUsers = ({ subject }: Way): boolean => subject === 'user'
const ofClients = ({ subject }: Way): boolean => subject === 'client'

const membershipOf = async ({ user, organization }: Own, management: Management): Promise<string> => {
  const { body } = await management.get(
    `/user_management/organization_memberships?user_id=${user.id}&organization_id=${organization}`,
  )
  return (body as { data: [{ id: string }] }).data[0].id
}

const sessionsOf = async ({ user }: Own, management: Management): Promise<string[]> => {
  const { body } = await management.get(`/user_management/users/${user.id}/sessions`)
  return (body as { data: { id: string }[] }).data.map(({ id }) => id)
}

/** As if the instant in the column had come. */
const pass = async ({ app }: Own, table: string, column: string, where: ReturnType<typeof sql>) => {
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${new Date(app.clock.now().getTime() - 1000)}
     where ${where}`.execute(app.testDatabase.database.kysely)
  expect(numAffectedRows).toBeGreaterThan(0n)
  await app.changesHeard()
  return undefined
}

export const states: readonly State[] = [
  { thing: 'everything', state: 'live', bring: async () => undefined },
  {
    thing: 'user',
    state: 'deleted',
    of: ofUsers,
    bring: ({ user }, management) => done(management.delete(`/user_management/users/${user.id}`)),
  },
  {
    thing: 'organization',
    state: 'deleted',
    of: ofUsers,
    bring: ({ organization }, management) => done(management.delete(`/organizations/${organization}`)),
  },
  {
    thing: 'organization of the application',
    state: 'deleted',
    of: ({ isFirstParty = false }) => !isFirstParty,
    bring: ({ owner }, management) => done(management.delete(`/organizations/${owner}`)),
  },
  {
    thing: 'membership',
    state: 'inactive',
    of: ofUsers,
    bring: async (own, management) =>
      done(
        management.put(
          `/user_management/organization_memberships/${await membershipOf(own, management)}/deactivate`,
        ),
      ),
  },
  {
    thing: 'membership',
    state: 'deleted',
    of: ofUsers,
    bring: async (own, management) =>
      done(
        management.delete(`/user_management/organization_memberships/${await membershipOf(own, management)}`),
      ),
  },
  {
    thing: 'membership',
    state: 'made again',
    of: ofUsers,
    bring: async (own, management) => {
      const { user, organization } = own
      await done(
        management.delete(`/user_management/organization_memberships/${await membershipOf(own, management)}`),
      )
      const membership = { user_id: user.id, organization_id: organization }
      return done(management.post('/user_management/organization_memberships', membership))
    },
  },
  {
    thing: 'application',
    state: 'deleted',
    bring: ({ application }, management) =>
      done(management.delete(`/connect/applications/${application.id}`)),
  },
  {
    thing: 'credential',
    state: 'deleted',
    bring: ({ application }, management) =>
      done(management.delete(`/connect/client_secrets/${application.credentialId}`)),
  },
  {
    thing: 'credential',
    state: 'expired',
    bring: (own) => pass(own, 'client_credential', 'expires_at', sql`id = ${own.application.credentialId}`),
  },
  {
    thing: 'credential',
    state: "of another tenant's application",
    bring: async ({ app, application }) => {
      const other = await app.fixtures.thirdParty(await app.fixtures.organization())
      return { application: { ...application, clientSecret: other.clientSecret } }
    },
  },
  {
    thing: 'consent',
    state: 'withdrawn',
    of: ofUsers,
    bring: ({ user, application }, management) =>
      done(management.delete(`/user_management/users/${user.id}/authorized_applications/${application.id}`)),
  },
  {
    thing: 'session',
    state: 'revoked',
    of: ofUsers,
    bring: async (own, management) => {
      for (const id of await sessionsOf(own, management)) {
        await done(management.post('/user_management/sessions/revoke', { session_id: id }))
      }
      return undefined
    },
  },
  {
    thing: 'session',
    state: 'expired',
    of: ofUsers,
    bring: (own) => pass(own, 'session', 'expires_at', sql`user_id = ${own.user.id}`),
  },
  {
    thing: 'session',
    state: "another user's, in the same browser",
    of: ofUsers,
    bring: async ({ app, browser, organization }) => {
      const other = await app.fixtures.user({ organizations: [organization] })
      await signIn(browser, await browser.get(`${app.issuer}/sign-in`), other)
      return undefined
    },
  },
  {
    thing: 'grant',
    state: 'revoked by its client',
    of: ({ isOffline }) => isOffline,
    bring: async ({ app, application }, _management, { refresh = '' }) => {
      await post(`${app.issuer}/oauth2/revoke`, { token: refresh, ...credentials(application) })
      return undefined
    },
  },
  {
    thing: 'grant',
    state: 'expired',
    of: ofUsers,
    bring: (own) =>
      pass(
        own,
        'authorization_grant',
        'expires_at',
        sql`consent_id in (select id from consent where user_id = ${own.user.id})`,
      ),
  },
  {
    thing: 'access token',
    state: 'revoked by its client',
    bring: async ({ app, application }, _management, { access }) => {
      await post(`${app.issuer}/oauth2/revoke`, { token: access, ...credentials(application) })
      return undefined
    },
  },
  {
    thing: 'proof',
    state: 'used before',
    bring: async ({ app, application }, _management, { proof }, { grantType }) => {
      await post(`${app.issuer}/oauth2/token`, {
        grant_type: grantType,
        ...proof,
        ...credentials(application),
      })
      return undefined
    },
  },
  {
    thing: 'client',
    state: 'has got another token',
    of: ofClients,
    bring: async ({ app, application }) => {
      await clientToken(app, application)
      return undefined
    },
  },
]
