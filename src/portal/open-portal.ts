import type { FastifyReply, FastifyRequest } from 'fastify'
import { type FormFields, readFormFields } from '../dashboard/form-fields.ts'
import { takeNotice } from '../dashboard/notice.ts'
import { pageAddress } from '../dashboard/page-address.ts'
import type { AssetPaths } from '../dashboard/workspace-assets.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { accountOf } from '../interaction/account.ts'
import { ForeignForm, holdsOwnToken } from '../interaction/csrf.ts'
import type { DeveloperDetail } from '../interaction/developer.ts'
import { SignInFirst, workspacePageAt } from '../interaction/own-page.ts'
import type { Pages } from '../interaction/page-context.ts'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import type { DeveloperPortalLimits } from '../protocol/settings.ts'
import { ADMIN_ROLE } from '../protocol/slug.ts'
import type { BrowserContext } from '../sessions/browser-context.ts'
import { isRecent } from '../sessions/recent-sign-in.ts'
import type { Stores } from '../storage/index.ts'
import type { ActiveMembership } from '../storage/stores/memberships.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import { type AdminOf, NothingThere, type OwnApplications } from './own-applications.ts'
import type { PortalFrameProps } from './pages/portal-frame.tsx'

/** What the pages of the portal are made with. */
export interface PortalPages extends Pages {
  readonly stores: Pick<Stores, 'memberships'>
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  /** The audience of access tokens that are asked for no resource. */
  readonly environmentClientId: string
  readonly ownApplications: (admin: AdminOf) => OwnApplications
  /** Whether they are told why something failed (interaction/developer.ts). */
  readonly developerDetail: DeveloperDetail
  readonly assets: AssetPaths
}

/** Whoever is signed in, and the organizations they are an admin of, which may be none. */
export interface Developer {
  readonly now: Date
  readonly context: BrowserContext
  readonly session: LiveSession
  readonly administered: readonly ActiveMembership[]
}

/** An admin of the organization of the page. */
export interface Administrator extends Developer {
  readonly organization: ActiveMembership
  readonly limits: DeveloperPortalLimits
  /** All that can be done for it. */
  readonly applications: OwnApplications
}

/** What they are an admin of is read at every request. @throws SignInFirst */
export const openPortal = async (
  pages: Pick<PortalPages, 'clock' | 'browserContexts' | 'stores'>,
  request: FastifyRequest,
): Promise<Developer> => {
  const now = pages.clock.now()
  const context = await pages.browserContexts.current(request.headers.cookie, now)
  const { session } = context
  if (!session) {
    throw new SignInFirst(workspacePageAt(pageAddress(request), paths.developers), 'nobody is signed in')
  }
  note(request, { userId: session.userId })
  const administered = await pages.stores.memberships.activeOf(session.userId, ADMIN_ROLE)
  return { now, context, session, administered }
}

/** For a page of the organization in the path. @throws SignInFirst, NothingThere */
export const openOrganization = async (
  pages: Pick<PortalPages, 'clock' | 'browserContexts' | 'stores' | 'environment' | 'ownApplications'>,
  request: FastifyRequest,
): Promise<Administrator> => administratorOf(pages, request, await openPortal(pages, request))

/** For deciding what a form says. @throws SignInFirst, ForeignForm, NothingThere */
export const openOrganizationForm = async (
  pages: Parameters<typeof openOrganization>[0] & Pick<PortalPages, 'issuer' | 'managementOrigin'>,
  request: FastifyRequest,
): Promise<Administrator & { readonly fields: FormFields }> => {
  const developer = await openPortal(pages, request)
  const fields = readFormFields(request.body)
  const form = { get: (name: string) => fields.optional(name) }
  if (!holdsOwnToken(request, form, developer.context, pages)) {
    throw new ForeignForm('the CSRF token is not of this browser and session')
  }
  return { ...(await administratorOf(pages, request, developer)), fields }
}

const administratorOf = async (
  { environment, ownApplications }: Pick<PortalPages, 'environment' | 'ownApplications'>,
  request: FastifyRequest,
  developer: Developer,
): Promise<Administrator> => {
  const { organization: wanted } = request.params as Readonly<Record<string, string>>
  const organization = developer.administered.find(({ organizationId }) => organizationId === wanted)
  if (!organization) throw new NothingThere()
  const { organizationId } = organization
  const { userId } = developer.session
  const limits = (await environment.current()).settings.developerPortalLimits
  const applications = ownApplications({ userId, organizationId, limits, now: developer.now })
  return { ...developer, organization, limits, applications }
}

/** What is around every page. */
export const portalFrame = (
  pages: PortalPages,
  request: FastifyRequest,
  reply: FastifyReply,
  { session, context, now, administered, organization }: Developer & Partial<Administrator>,
): PortalFrameProps => {
  // Its forms are bound to it, and a session may be there without it, which lasts from the first visit on.
  reply.header('set-cookie', context.setCookies)
  const notice = takeNotice(request, reply, paths.developers, isRecent(session, now))
  return {
    branding: pages.site.frame(request).branding,
    ...pages.assets,
    account: accountOf(session),
    csrfToken: context.csrfToken,
    now,
    administered,
    ...(organization && { organization }),
    ...(notice !== undefined && { notice }),
  }
}
