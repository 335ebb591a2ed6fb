import type { FastifyPluginAsync } from 'fastify'
import { notThere } from '../management/identified.ts'
import { authenticationFactorSchema } from '../objects/authentication-factor.ts'
import { authorizedApplicationSchema } from '../objects/authorized-application.ts'
import { listOf } from '../objects/list.ts'
import { organizationMembershipSchema } from '../objects/organization-membership.ts'
import { passkeySchema } from '../objects/passkey.ts'
import { sessionSchema } from '../objects/session.ts'
import { type UserObject, userSchema } from '../objects/user.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import { normalizeEmail } from '../users/user.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { type FormFields, readFormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { type UserForms, UserPage } from './pages/user.tsx'
import { Users } from './pages/users.tsx'
import { formsOf, sectionOn, type Visit } from './section.ts'
import { unchangedSince } from './unchanged-since.ts'
import { isWithinReachOf } from './within-reach.ts'

/*
 * The people.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/users` | them, by their address | a new one |
 * | `/dashboard/users/:id` | one of them: where they belong, are signed in, with what, and which applications they let in | their profile and password, that a session or an access ends, their end |
 *
 * What they sign in with is removed on pages of its own (removals.ts).
 */

/** Of each kind, on the page of one user. */
const SHOWN = { limit: '50' }

const editable = (user: UserObject) =>
  freshForm({
    email: user.email,
    first_name: user.first_name,
    last_name: user.last_name,
    external_id: user.external_id,
    ...(user.email_verified && { email_verified: 'on' }),
  })

export const usersPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.users}/:id`

    const showList = async (visit: Visit, form: FilledForm = freshForm()) => {
      const email = readFormFields(visit.request.query).optional('email')
      const users = await ask(visit, 'listUsers', listOf(userSchema), {
        query: { ...listQuery(visit.request), ...(email !== undefined && { email }) },
      })
      return visit.send(Users, { ...{ users, form }, ...(email !== undefined && { email }) })
    }

    section.shows(dashboardPaths.users, showList)

    section.decides(dashboardPaths.users, async (visit) => {
      const { fields } = visit
      const password = fields.text('password')
      return {
        work: () =>
          ask(visit, 'createUser', userSchema, {
            body: { ...profileOf(fields), ...(password !== '' && { password }) },
          }),
        refused: (refusal) => showList(visit, withoutPassword(refusedForm(fields, refusal))),
        notice: 'created',
        onto: dashboardPaths.users,
      }
    })

    const read = (visit: Visit) => ask(visit, 'getUser', userSchema, { params: { id: visit.param('id') } })

    const showOne = async (visit: Visit, user: UserObject, forms: Partial<UserForms> = {}) => {
      const params = { id: user.id }
      const [isWithinReach, memberships, sessions, factors, passkeys, applications] = await Promise.all([
        isWithinReachOf(pages, visit, user.id),
        ask(visit, 'listOrganizationMemberships', listOf(organizationMembershipSchema), {
          query: { ...SHOWN, user_id: user.id, statuses: 'active,inactive' },
        }),
        ask(visit, 'listSessions', listOf(sessionSchema), { params, query: SHOWN }),
        ask(visit, 'listAuthFactors', listOf(authenticationFactorSchema), { params, query: SHOWN }),
        ask(visit, 'listPasskeys', listOf(passkeySchema), { params, query: SHOWN }),
        ask(visit, 'listUserAuthorizedApplications', listOf(authorizedApplicationSchema), {
          params: { user_id: user.id },
          query: SHOWN,
        }),
      ])
      return visit.send(UserPage, {
        ...{ user, isWithinReach },
        memberships: memberships.data,
        sessions: sessions.data,
        factors: factors.data,
        passkeys: passkeys.data,
        applications: applications.data,
        forms: {
          profile: editable(user),
          password: freshForm(),
          access: freshForm(),
          ending: freshForm(),
          ...forms,
        },
      })
    }

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    const form = formsOf(section, {
      path: one,
      read,
      pathOf: ({ id }) => `${dashboardPaths.users}/${id}`,
      again: (visit, user, kind: keyof UserForms, refusal) =>
        showOne(visit, user, {
          [kind]: withoutPassword(refusedForm(visit.fields, refusal, editable(user))),
        }),
    })

    form('', 'profile', 'saved', (visit, { id, email }) =>
      ask(visit, 'updateUser', userSchema, {
        params: { id },
        // The form has no more than names where the rest is not for its operator to change.
        body: visit.fields.names.includes('email') ? correctedOf(visit.fields, email) : namesOf(visit.fields),
        provided: unchangedSince('user', id, visit.fields.text('updated_at')),
      }),
    )
    form('/password', 'password', 'saved', (visit, { id }) =>
      ask(visit, 'updateUser', userSchema, {
        params: { id },
        body: { password: visit.fields.text('password') },
      }),
    )
    form('/end', 'access', 'saved', (visit, { id }) => {
      const { fields } = visit
      const thing = fields.text('thing')
      return fields.text('kind') === 'session'
        ? ask(visit, 'revokeSession', sessionSchema, {
            body: { session_id: thing },
            provided: async ({ sessions }) => {
              const [session, user] = [parseIdentifier('session', thing), parseIdentifier('user', id)]
              if (!session || !user || !(await sessions.isOf(session, user))) throw notThere('session', thing)
            },
          })
        : ask(visit, 'deleteUserAuthorizedApplication', undefined, {
            params: { user_id: id, application_id: thing },
          })
    })
    form(
      '/delete',
      'ending',
      'deleted',
      (visit, { id, email }) => {
        requireConfirmation(visit.fields, email)
        return ask(visit, 'deleteUser', undefined, { params: { id } })
      },
      dashboardPaths.users,
    )
  }

const namesOf = (fields: FormFields) => ({
  first_name: fields.optional('first_name') ?? null,
  last_name: fields.optional('last_name') ?? null,
})

const profileOf = (fields: FormFields) => ({
  ...namesOf(fields),
  email: fields.text('email').trim(),
  email_verified: fields.isOn('email_verified'),
  external_id: fields.optional('external_id') ?? null,
})

/** Of another address nobody has vouched yet: the tick was there for the one before. */
const correctedOf = (fields: FormFields, before: string) => {
  const { email_verified, ...profile } = profileOf(fields)
  const isSameAddress = normalizeEmail(profile.email) === normalizeEmail(before)
  return { ...profile, ...(isSameAddress && { email_verified }) }
}

/** A password is typed again: no page holds it. */
const withoutPassword = (form: FilledForm): FilledForm => ({
  ...form,
  value: (name) => (name === 'password' ? '' : form.value(name)),
})
