import type { FastifyPluginAsync } from 'fastify'
import { MAXIMUM_PASSKEYS } from '../authenticators/passkey.ts'
import { notThere } from '../management/identified.ts'
import { authenticationFactorSchema } from '../objects/authentication-factor.ts'
import { listOf } from '../objects/list.ts'
import { organizationSchema } from '../objects/organization.ts'
import { organizationMembershipSchema } from '../objects/organization-membership.ts'
import { passkeySchema } from '../objects/passkey.ts'
import { userSchema } from '../objects/user.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { type Doomed, Removal } from './pages/removal.tsx'
import { sectionOn, type Visit } from './section.ts'
import { isWithinReachOf } from './within-reach.ts'

/*
 * What stands in a list on the page of something else, and does not come back once it is removed.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/organizations/:id/members/:member` | a member, and what goes along | the end of the membership |
 * | `/dashboard/users/:id/passkeys/:passkey`, `…/factors/:factor` | what somebody signs in with | its end |
 *
 * Each is one of the page that it is below, or not there.
 */

export const removalsPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)

    const removal = (
      path: string,
      /** @throws Refusal 404 */
      read: (visit: Visit) => Promise<Doomed>,
      remove: (visit: Visit) => Promise<unknown>,
    ): void => {
      const show = (visit: Visit, doomed: Doomed, form: FilledForm = freshForm()) =>
        visit.send(Removal, { doomed, form })
      section.shows(path, async (visit) => show(visit, await read(visit)))
      section.decides(path, async (visit) => {
        const doomed = await read(visit)
        return {
          work: () => {
            requireConfirmation(visit.fields, doomed.word)
            return remove(visit)
          },
          refused: (refusal) => show(visit, doomed, refusedForm(visit.fields, refusal)),
          notice: 'deleted',
          onto: doomed.of.href,
        }
      })
    }

    removal(
      `${dashboardPaths.organizations}/:id/members/:member`,
      async (visit) => {
        const [id, member] = [visit.param('id'), visit.param('member')]
        const [organization, { organization_id, user, role, status, created_at }] = await Promise.all([
          ask(visit, 'getOrganization', organizationSchema, { params: { id } }),
          ask(visit, 'getOrganizationMembership', organizationMembershipSchema, { params: { id: member } }),
        ])
        if (organization_id !== id) throw notThere('membership', member)
        const href = `${dashboardPaths.organizations}/${id}`
        return {
          title: user.email,
          path: `${href}/members/${member}`,
          of: { section: 'organizations', label: organization.name, href },
          isWithinReach: true,
          facts: { Role: role.slug, State: status },
          since: created_at,
          word: user.email,
          button: 'Remove the member',
          consequences:
            'Their API keys for this organization and what they allowed in its name go with the membership, and do not ' +
            'come back with a new one. Tokens of these are inactive at once. The user stays.',
        }
      },
      (visit) =>
        ask(visit, 'deleteOrganizationMembership', undefined, { params: { id: visit.param('member') } }),
    )

    const ofUser = async (
      visit: Visit,
      below: string,
    ): Promise<Pick<Doomed, 'of' | 'path' | 'isWithinReach'>> => {
      const id = visit.param('id')
      const { email } = await ask(visit, 'getUser', userSchema, { params: { id } })
      const href = `${dashboardPaths.users}/${id}`
      return {
        of: { section: 'users', label: email, href },
        path: `${href}/${below}`,
        isWithinReach: await isWithinReachOf(pages, visit, id),
      }
    }

    removal(
      `${dashboardPaths.users}/:id/passkeys/:passkey`,
      async (visit) => {
        const [id, thing] = [visit.param('id'), visit.param('passkey')]
        const passkeys = await ask(visit, 'listPasskeys', listOf(passkeySchema), {
          params: { id },
          query: { limit: String(MAXIMUM_PASSKEYS) },
        })
        const passkey = passkeys.data.find((each) => each.id === thing)
        if (!passkey) throw notThere('passkey', thing)
        return {
          ...(await ofUser(visit, `passkeys/${thing}`)),
          title: passkey.name,
          facts: { Kind: 'Passkey' },
          since: passkey.created_at,
          word: passkey.name,
          button: 'Remove the passkey',
          consequences:
            'Nobody signs in with it any more, and it may be the only way in that its user has. It takes them to set up ' +
            'another. Their sessions go on.',
        }
      },
      (visit) =>
        ask(visit, 'deletePasskey', undefined, {
          params: { id: visit.param('id'), passkey_id: visit.param('passkey') },
        }),
    )

    removal(
      `${dashboardPaths.users}/:id/factors/:factor`,
      async (visit) => {
        const factor = visit.param('factor')
        const { user_id, totp, created_at } = await ask(visit, 'getAuthFactor', authenticationFactorSchema, {
          params: { id: factor },
        })
        if (user_id !== visit.param('id')) throw notThere('authenticationFactor', factor)
        return {
          ...(await ofUser(visit, `factors/${factor}`)),
          title: totp.user,
          facts: { Kind: 'Authenticator app' },
          since: created_at,
          word: totp.user,
          button: 'Remove the authenticator app',
          consequences:
            'They sign in without a code from then on, or set up another app where a second factor is required. Their ' +
            'recovery codes go along, unless a passkey is left.',
        }
      },
      (visit) => ask(visit, 'deleteAuthFactor', undefined, { params: { id: visit.param('factor') } }),
    )
  }
