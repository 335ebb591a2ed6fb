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

export type OwnPage = keyof typeof ownPages

export const ownPageOf = (name: string | undefined): OwnPage | undefined =>
  name !== undefined && Object.hasOwn(ownPages, name) ? (name as OwnPage) : undefined

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
