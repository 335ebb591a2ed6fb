import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { authenticationFactorSchema } from '../objects/authentication-factor.ts'
import { authorizedApplicationSchema } from '../objects/authorized-application.ts'
import { listOf } from '../objects/list.ts'
import { organizationMembershipSchema } from '../objects/organization-membership.ts'
import { passkeySchema } from '../objects/passkey.ts'
import { sessionSchema } from '../objects/session.ts'
import { type UserObject, userSchema } from '../objects/user.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { decide } from './decide.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { type FormFields, readFormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import type { Notice } from './notice.ts'
import {
  type DashboardPages,
  type Operator,
  type OperatorForm,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import { type UserForms, UserPage } from './pages/user.tsx'
import { Users } from './pages/users.tsx'
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
    const one = `${dashboardPaths.users}/:id`

    const showList = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      form: FilledForm = freshForm(),
    ) => {
      const email = readFormFields(request.query).optional('email')
      const users = await ask(operator, 'listUsers', listOf(userSchema), {
        query: { ...listQuery(request), ...(email !== undefined && { email }) },
      })
      return sendHtml(
        reply,
        page(Users, {
          workspace: workspace(pages, request, reply, operator),
          ...{ users, form },
          ...(email !== undefined && { email }),
        }),
      )
    }

    app.get(dashboardPaths.users, async (request, reply) =>
      showList(request, reply, await openDashboard(pages, request)),
    )

    app.post(dashboardPaths.users, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const password = fields.text('password')
      return decide(reply, {
        work: () =>
          ask(operator, 'createUser', userSchema, {
            body: { ...profileOf(fields), ...(password !== '' && { password }) },
          }),
        refused: (refusal) =>
          showList(request, reply, operator, withoutPassword(refusedForm(fields, refusal))),
        notice: 'created',
        onto: dashboardPaths.users,
      })
    })

    const read = (operator: Operator, request: FastifyRequest) =>
      ask(operator, 'getUser', userSchema, { params: request.params as { readonly id: string } })

    const showOne = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      user: UserObject,
      forms: Partial<UserForms> = {},
    ) => {
      const params = { id: user.id }
      const [memberships, sessions, factors, passkeys, applications] = await Promise.all([
        ask(operator, 'listOrganizationMemberships', listOf(organizationMembershipSchema), {
          query: { ...SHOWN, user_id: user.id, statuses: 'active,inactive' },
        }),
        ask(operator, 'listSessions', listOf(sessionSchema), { params, query: SHOWN }),
        ask(operator, 'listAuthFactors', listOf(authenticationFactorSchema), { params, query: SHOWN }),
        ask(operator, 'listPasskeys', listOf(passkeySchema), { params, query: SHOWN }),
        ask(operator, 'listUserAuthorizedApplications', listOf(authorizedApplicationSchema), {
          params: { user_id: user.id },
          query: SHOWN,
        }),
      ])
      return sendHtml(
        reply,
        page(UserPage, {
          workspace: workspace(pages, request, reply, operator),
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
        }),
      )
    }

    app.get(one, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showOne(request, reply, operator, await read(operator, request))
    })

    /** A form on the page of a user, which shows it again where it is refused. */
    const form = (
      path: string,
      kind: keyof UserForms,
      notice: Notice,
      work: (operator: OperatorForm, user: UserObject) => Promise<unknown>,
      onto?: string,
    ) =>
      app.post(`${one}${path}`, async (request, reply) => {
        const operator = await openDashboardForm(pages, request)
        const user = await read(operator, request)
        return decide(reply, {
          work: () => work(operator, user),
          refused: (refusal) =>
            showOne(request, reply, operator, user, {
              [kind]: withoutPassword(refusedForm(operator.fields, refusal, editable(user))),
            }),
          notice,
          onto: onto ?? `${dashboardPaths.users}/${user.id}`,
        })
      })

    form('', 'profile', 'saved', (operator, { id }) =>
      ask(operator, 'updateUser', userSchema, {
        params: { id },
        body: profileOf(operator.fields),
        provided: unchangedSince('user', id, operator.fields.text('updated_at')),
      }),
    )
    form('/password', 'password', 'saved', (operator, { id }) =>
      ask(operator, 'updateUser', userSchema, {
        params: { id },
        body: { password: operator.fields.text('password') },
      }),
    )
    form('/end', 'access', 'saved', (operator, { id }) => {
      const { fields } = operator
      switch (fields.text('kind')) {
        case 'session':
          return ask(operator, 'revokeSession', sessionSchema, { body: { session_id: fields.text('thing') } })
        case 'factor':
          return ask(operator, 'deleteAuthFactor', undefined, { params: { id: fields.text('thing') } })
        case 'passkey':
          return ask(operator, 'deletePasskey', undefined, {
            params: { id, passkey_id: fields.text('thing') },
          })
        default:
          return ask(operator, 'deleteUserAuthorizedApplication', undefined, {
            params: { user_id: id, application_id: fields.text('thing') },
          })
      }
    })
    form(
      '/delete',
      'ending',
      'deleted',
      (operator, { id, email }) => {
        requireConfirmation(operator.fields, email)
        return ask(operator, 'deleteUser', undefined, { params: { id } })
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
