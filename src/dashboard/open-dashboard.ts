import type { FastifyReply, FastifyRequest } from 'fastify'
import { accountOf } from '../interaction/account.ts'
import { ForeignForm, holdsOwnToken } from '../interaction/csrf.ts'
import { type OwnPage, SignInFirst, workspacePageAt } from '../interaction/own-page.ts'
import type { Pages } from '../interaction/page-context.ts'
import { signInAgain } from '../interaction/sign-in-again.ts'
import type { OperatorCaller } from '../management/caller.ts'
import { note } from '../observability/request-line.ts'
import { type ManagementPermission, permits } from '../protocol/management-permission.ts'
import { type OperatorRole, permissionsOfRole } from '../protocol/operator-role.ts'
import { paths } from '../protocol/paths.ts'
import type { BrowserContext } from '../sessions/browser-context.ts'
import { isRecent } from '../sessions/recent-sign-in.ts'
import type { SignInProgresses } from '../sessions/sign-in-progress.ts'
import type { Stores } from '../storage/index.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import type { Ask, Asking } from './ask.ts'
import { type FormFields, readFormFields } from './form-fields.ts'
import { takeNotice } from './notice.ts'
import { pageAddress } from './page-address.ts'
import type { WorkspaceProps } from './pages/workspace.tsx'
import type { AssetPaths } from './workspace-assets.ts'

/** What the pages of the dashboard are made with. */
export interface DashboardPages extends Pages {
  readonly stores: Stores
  readonly ask: Ask
  readonly signInProgresses: Pick<SignInProgresses, 'seal'>
  readonly assets: AssetPaths
  /** The audience of access tokens, unless another is asked for. */
  readonly environmentClientId: string
}

/** Whoever is at a page of the dashboard, and may be there. */
export interface Operator extends Asking {
  readonly caller: OperatorCaller
  readonly context: BrowserContext
  readonly session: LiveSession
  readonly role: OperatorRole
  may(permission: ManagementPermission): boolean
}

export interface OperatorForm extends Operator {
  readonly fields: FormFields
}

/** Somebody is signed in, and is no operator. */
export class NoOperator extends Error {
  override readonly name = 'NoOperator'
  readonly context: BrowserContext
  readonly session: LiveSession

  constructor(context: BrowserContext, session: LiveSession) {
    super('who is signed in is no operator')
    this.context = context
    this.session = session
  }
}

/** For showing a page. Their role is read at every request: who is an operator no more sees nothing more. @throws SignInFirst, NoOperator */
export const openDashboard = async (
  pages: Pick<DashboardPages, 'clock' | 'browserContexts' | 'stores'>,
  request: FastifyRequest,
): Promise<Operator> => {
  const now = pages.clock.now()
  const context = await pages.browserContexts.current(request.headers.cookie, now)
  const { session } = context
  if (!session) throw new SignInFirst(ownPageOf(request), 'nobody is signed in')
  note(request, { userId: session.userId })
  const role = await pages.stores.operators.roleOf(session.userId)
  if (!role) throw new NoOperator(context, session)
  const permissions = permissionsOfRole(role)
  return {
    ...{ now, context, session, role },
    caller: {
      actor: { type: 'operator', id: session.userId },
      ...{ permissions, role, authenticatedAt: session.authenticatedAt },
    },
    may: (permission) => permits(permissions, permission),
  }
}

const ownPageOf = (request: FastifyRequest): OwnPage => workspacePageAt(pageAddress(request), paths.dashboard)

/** For whoever has signed in too long ago for what they asked for: back to where they asked. @throws NoOperator */
export const signInAgainAt = async (
  pages: Pick<DashboardPages, 'clock' | 'browserContexts' | 'stores' | 'signInProgresses'>,
  request: FastifyRequest,
): Promise<SignInFirst> => signInAgain(pages, await openDashboard(pages, request), ownPageOf(request))

/** For deciding what a form says. @throws SignInFirst, NoOperator, ForeignForm */
export const openDashboardForm = async (
  pages: Pick<DashboardPages, 'clock' | 'browserContexts' | 'stores' | 'issuer' | 'managementOrigin'>,
  request: FastifyRequest,
): Promise<OperatorForm> => {
  const operator = await openDashboard(pages, request)
  const fields = readFormFields(request.body)
  const form = { get: (name: string) => fields.optional(name) }
  if (!holdsOwnToken(request, form, operator.context, pages)) {
    throw new ForeignForm('the CSRF token is not of this browser and session')
  }
  return { ...operator, fields }
}

/** What is around every page of the dashboard. */
export const workspace = (
  pages: DashboardPages,
  request: FastifyRequest,
  reply: FastifyReply,
  operator: Operator,
): WorkspaceProps => {
  const { context, session, now } = operator
  // Its forms are bound to it, and a session may be there without it, which lasts from the first visit on.
  reply.header('set-cookie', context.setCookies)
  const notice = takeNotice(request, reply, paths.dashboard, isRecent(session, now))
  return {
    branding: pages.site.frame(request).branding,
    ...pages.assets,
    account: accountOf(session),
    role: operator.role,
    may: operator.may,
    csrfToken: context.csrfToken,
    now,
    ...(notice !== undefined && { notice }),
  }
}
