import { paths } from '../protocol/paths.ts'

/**
 * Pages of ours that somebody signs in for, without an application that asked. Such a name stands where a sealed request
 * does otherwise, so each page and form of signing in carries it along; and since it is one of these, no address that
 * somebody made up is ever gone to.
 */
export const ownPages = {
  account: paths.account,
  'account-security': paths.accountSecurity,
  'account-password': paths.accountPassword,
  'account-email': paths.accountEmail,
  'account-two-factor': paths.accountTwoFactor,
  'account-passkeys': paths.accountPasskeys,
  'account-identities': paths.accountIdentities,
  'account-sessions': paths.accountSessions,
  'account-applications': paths.accountApplications,
} as const

/**
 * Workspaces have many pages: the name of one is its path without the slash, such as `dashboard/users/user_01…`, and what a
 * list shows. A code that an application is tried with is no part of a name: those are written down.
 */
const workspacePage =
  /^(?:dashboard|developers)(?:\/[A-Za-z0-9_:*-][A-Za-z0-9_:.*-]{0,63}){0,5}(?:\?(?!(?:.*&)?code=)[A-Za-z0-9_.~%&=+:,@*-]{1,500})?$/

declare const inWorkspace: unique symbol
type WorkspacePage = string & { readonly [inWorkspace]: true }

export type OwnPage = keyof typeof ownPages | WorkspacePage

const isWorkspacePage = (name: string): name is WorkspacePage => workspacePage.test(name)

export const ownPageOf = (name: string | undefined): OwnPage | undefined => {
  if (name === undefined) return undefined
  if (Object.hasOwn(ownPages, name)) return name as keyof typeof ownPages
  return isWorkspacePage(name) ? name : undefined
}

/** The page of a workspace at that address, without its query or the first one where none has such a name. */
export const workspacePageAt = (
  address: string,
  first: typeof paths.dashboard | typeof paths.developers,
): OwnPage => {
  const name = address.slice(1)
  const [path = ''] = name.split('?', 1)
  return [name, path].find(isWorkspacePage) ?? (first.slice(1) as WorkspacePage)
}

/** @param dashboardOrigin of an address of its own; empty if it is where everything is. */
export const locationOf = (ownPage: OwnPage, dashboardOrigin: string): string =>
  isWorkspacePage(ownPage) ? `${isOfDashboard(ownPage) ? dashboardOrigin : ''}/${ownPage}` : ownPages[ownPage]

const isOfDashboard = (page: WorkspacePage): boolean => /^dashboard\b/.test(page)

/** Whoever wants to see that page has to prove who they are before. */
export class SignInFirst extends Error {
  override readonly name = 'SignInFirst'
  readonly location: string

  /** @param progress sealed; of somebody who is known and has to sign in again */
  constructor(ownPage: OwnPage, reason: string, progress?: string) {
    super(reason)
    const query = new URLSearchParams({ request: ownPage, ...(progress !== undefined && { progress }) })
    this.location = `${paths.signIn}?${query}`
  }
}
