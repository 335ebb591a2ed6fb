import type { FastifyPluginAsync } from 'fastify'
import { authenticationFactorSchema } from '../objects/authentication-factor.ts'
import { authorizedApplicationSchema } from '../objects/authorized-application.ts'
import { listOf } from '../objects/list.ts'
import { organizationMembershipSchema } from '../objects/organization-membership.ts'
import { passkeySchema } from '../objects/passkey.ts'
import { sessionSchema } from '../objects/session.ts'
import { type UserObject, userSchema } from '../objects/user.ts'
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

/*
 * The people.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/users` | them, by their address | a new one |
 * | `/dashboard/users/:id` | one of them: where they belong, are signed in, with what, and which applications they let in | their profile and password, that a session, a factor or an access ends, their end |
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
      const [memberships, sessions, factors, passkeys, applications] = await Promise.all([
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
        user,
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

    form('', 'profile', 'saved', (visit, { id, email }) => {
      const { email_verified, ...profile } = profileOf(visit.fields)
      // Of another address nobody has vouched yet: the tick was there for the one before.
      const isSameAddress = normalizeEmail(profile.email) === normalizeEmail(email)
      return ask(visit, 'updateUser', userSchema, {
        params: { id },
        body: { ...profile, ...(isSameAddress && { email_verified }) },
        provided: unchangedSince('user', id, visit.fields.text('updated_at')),
      })
    })
    form('/password', 'password', 'saved', (visit, { id }) =>
      ask(visit, 'updateUser', userSchema, {
        params: { id },
        body: { password: visit.fields.text('password') },
      }),
    )
    form('/end', 'access', 'saved', (visit, { id }) => {
      const { fields } = visit
      switch (fields.text('kind')) {
        case 'session':
          return ask(visit, 'revokeSession', sessionSchema, { body: { session_id: fields.text('thing') } })
        case 'factor':
          return ask(visit, 'deleteAuthFactor', undefined, { params: { id: fields.text('thing') } })
        case 'passkey':
          return ask(visit, 'deletePasskey', undefined, {
            params: { id, passkey_id: fields.text('thing') },
          })
        default:
          return ask(visit, 'deleteUserAuthorizedApplication', undefined, {
            params: { user_id: id, application_id: fields.text('thing') },
          })
      }
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

const profileOf = (fields: FormFields) => ({
  email: fields.text('email').trim(),
  email_verified: fields.isOn('email_verified'),
  first_name: fields.optional('first_name') ?? null,
  last_name: fields.optional('last_name') ?? null,
  external_id: fields.optional('external_id') ?? null,
})

/** A password is typed again: no page holds it. */
const withoutPassword = (form: FilledForm): FilledForm => ({
  ...form,
  value: (name) => (name === 'password' ? '' : form.value(name)),
})
