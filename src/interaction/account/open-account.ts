import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EnvironmentRegistry } from '../../environment/environment-registry.ts'
import type { TellingFrames } from '../../logout/front-channel.ts'
import { note } from '../../observability/request-line.ts'
import { type Parameters, readParameters } from '../../protocol/parameters.ts'
import { paths } from '../../protocol/paths.ts'
import type { BrowserContext } from '../../sessions/browser-context.ts'
import { isRecent, RECENT_SECONDS } from '../../sessions/recent-sign-in.ts'
import type { SignInProgresses } from '../../sessions/sign-in-progress.ts'
import type { Stores } from '../../storage/index.ts'
import type { LiveSession } from '../../storage/stores/sessions.ts'
import { accountOf } from '../account.ts'
import { ForeignForm, holdsOwnToken } from '../csrf.ts'
import { type OwnPage, SignInFirst } from '../own-page.ts'
import type { PageContext, Pages } from '../page-context.ts'
import type { AccountFrameProps } from '../pages/account-frame.tsx'
import { signInAgain } from '../sign-in-again.ts'
import type { AccountChanges } from './changes.ts'
import { leaveNotice, takeNotice } from './notice.ts'

/*
 * Where a signed-in person looks after their account. Owns who may be here, and what is around each of these pages.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/account` | who they are to applications, where they belong | what they are called |
 * | `/account/email` | the address, then the code, to whoever has signed in just now | the address |
 * | `/account/security` | how they sign in | |
 * | `/account/password` | the password's form, to whoever has signed in just now | the password |
 * | `/account/two-factor` | the authenticator app and the recovery codes, likewise | whether there is one; new codes |
 * | `/account/passkeys` | the passkeys, likewise | a new one |
 * | `/account/passkeys/:id` | one of them | what it is called, and its end |
 * | `/account/connected-accounts` | the accounts elsewhere that they sign in with, likewise | with which no more |
 * | `/account/sessions` | where they are signed in | where no more |
 * | `/account/applications` | what they agreed to | |
 * | `/account/applications/:id` | what one application may do | that it may no more |
 *
 * Each form leads to a page of these by a redirect, which says in a notice what was done.
 */

/** What the pages of the account are made with. */
export interface AccountPages extends Pages, TellingFrames {
  readonly stores: Pick<
    Stores,
    | ('users' | 'memberships' | 'sessions' | 'consents' | 'clients' | 'organizations' | 'permissions')
    | 'identityProviders'
  >
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  readonly mail: { readonly canSend: boolean }
  readonly accountChanges: AccountChanges
  readonly signInProgresses: SignInProgresses
}

export interface Account {
  readonly now: Date
  readonly context: BrowserContext
  readonly session: LiveSession
}

export interface AccountForm extends Account {
  readonly form: Parameters
}

interface Demand {
  /** The person, and not only their browser, has to have been here just now. */
  readonly recent?: boolean
}

/** For showing a page. @throws SignInFirst */
export const openAccount = async (
  pages: Pages & Pick<AccountPages, 'signInProgresses'>,
  request: FastifyRequest,
  ownPage: OwnPage,
  { recent = false }: Demand = {},
): Promise<Account> => {
  const now = pages.clock.now()
  const context = await pages.browserContexts.current(request.headers.cookie, now)
  const session = sessionFor(request, context, ownPage)
  if (recent && !isRecent(session, now)) throw signInAgain(pages, { context, session, now }, ownPage)
  return { now, context, session }
}

/** For deciding what a form says. @throws SignInFirst, ForeignForm */
export const openAccountForm = async (
  pages: Pages & Pick<AccountPages, 'signInProgresses'>,
  request: FastifyRequest,
  reply: FastifyReply,
  ownPage: OwnPage,
  { recent = false }: Demand = {},
): Promise<AccountForm> => {
  const now = pages.clock.now()
  const form = readParameters(request.body)
  const context = await pages.browserContexts.current(request.headers.cookie, now)
  const isOurs = holdsOwnToken(request, form, context, pages)
  // Signed out meanwhile: nothing it says is done, and whoever signs in now is shown the page anew.
  const session = sessionFor(request, context, ownPage)
  if (!isOurs) throw new ForeignForm('the CSRF token is not of this browser and session')
  if (recent && !isRecent(session, now)) {
    leaveNotice(reply, 'onceMore')
    throw signInAgain(pages, { context, session, now }, ownPage)
  }
  return { now, context, form, session }
}

const sessionFor = (request: FastifyRequest, { session }: BrowserContext, ownPage: OwnPage): LiveSession => {
  if (!session) throw new SignInFirst(ownPage, 'nobody is signed in')
  note(request, { userId: session.userId })
  return session
}

/**
 * How long ago somebody may have signed in elsewhere, in seconds, who signs in for a page of ours: if they are signed in, that
 * was too long ago for it, and coming back as they went they would be sent there again. There is time left to do what they
 * came for. Undefined: at any time.
 */
export const maxAgeForOwnPage = ({
  ownPage,
  context: { session },
}: Pick<PageContext, 'ownPage' | 'context'>): number | undefined =>
  ownPage !== undefined && session ? RECENT_SECONDS / 2 : undefined

/** What is around every page of the account. */
export const accountFrame = (
  pages: Pages,
  request: FastifyRequest,
  reply: FastifyReply,
  { context, session, now }: Account,
): AccountFrameProps => {
  const frame = pages.site.frame(request, [], session)
  // Its forms are bound to it, and a session may be there without it, which lasts from the first visit on.
  reply.header('set-cookie', context.setCookies)
  const notice = takeNotice(request, reply, isRecent(session, now))
  return {
    ...frame,
    account: accountOf(session),
    csrfToken: context.csrfToken,
    signOutAction: paths.signOut,
    ...(notice && { notice: frame.text.accountPages.notices[notice] }),
  }
}
