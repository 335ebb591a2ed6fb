import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticators } from '../../authenticators/create-authenticators.ts'
import { markOf } from '../../authorization/pending-request.ts'
import type { EnvironmentRegistry } from '../../environment/environment-registry.ts'
import type { MailDelivery } from '../../mail/create-mail.ts'
import { collectParameters } from '../../protocol/parameters.ts'
import { paths } from '../../protocol/paths.ts'
import type { SignInPlace, SignInProgress } from '../../sessions/sign-in-progress.ts'
import type { SigningIn } from '../../sessions/signing-in.ts'
import type { Stores } from '../../storage/index.ts'
import type { Transaction } from '../../storage/transaction.ts'
import type { PasswordHasher } from '../../system/password-hash.ts'
import type { Random } from '../../system/random.ts'
import type { Upstream } from '../../upstream/create-upstream.ts'
import type { ExternalSignInPages } from '../external-sign-in.ts'
import { logoOf } from '../logo.ts'
import { openPage, type PageContext } from '../page-context.ts'
import type { SignInFrameProps } from '../pages/sign-in-frame.tsx'

/** What the pages of signing in are made with. */
export interface SignInPages extends ExternalSignInPages, SigningIn {
  readonly stores: Pick<Stores, 'users' | 'passkeys' | 'identities' | 'identityProviders'>
  readonly transaction: Transaction
  readonly random: Random
  readonly passwordHasher: Pick<PasswordHasher, 'admit'>
  readonly authenticators: Authenticators
  readonly mail: Pick<MailDelivery, 'canSend'>
  readonly environment: Pick<EnvironmentRegistry, 'current' | 'latest'>
  readonly upstream: Upstream
}

/** A sign-in a page is in the middle of. */
export interface SignInContext extends PageContext {
  readonly progress: SignInProgress | undefined
  /** It had come further, but too long ago, or in another browser. */
  readonly isOver: boolean
}

/** Shows the page of a step, with what was wrong. */
export type ShowStep = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: { readonly form?: string },
) => FastifyReply | Promise<FastifyReply>

const placeOf = ({ context, pending }: Pick<PageContext, 'context' | 'pending'>): SignInPlace => ({
  browser: context.browser,
  request: pending && markOf(pending),
})

export const withProgress = (
  { signInProgresses }: Pick<SignInPages, 'signInProgresses'>,
  opened: PageContext,
  sealed: string | undefined,
): SignInContext => {
  const progress =
    sealed === undefined ? undefined : signInProgresses.open(sealed, placeOf(opened), opened.now)
  return { ...opened, progress, isOver: sealed !== undefined && progress === undefined }
}

/** @throws ShownError, RedirectedError */
export const openSignIn = async (pages: SignInPages, request: FastifyRequest): Promise<SignInContext> =>
  withProgress(
    pages,
    await openPage(pages, request),
    collectParameters(request.query).parameters.get('progress'),
  )

/** Whose sign-in it is: the account's address by now, once it is known whose, and until then what was typed. */
export const addressOf = async (
  { stores }: Pick<SignInPages, 'stores'>,
  progress: SignInProgress | undefined,
): Promise<string | undefined> =>
  progress?.proved ? (await stores.users.byId(progress.proved.userId))?.email : progress?.email

/** The dispatcher of signing in, with what has been done; without it, from the beginning. */
export const signInLocation = (
  { signInProgresses }: Pick<SignInPages, 'signInProgresses'>,
  opened: Pick<PageContext, 'sealed' | 'pending' | 'context'>,
  progress: SignInProgress | undefined,
): string => {
  const query = new URLSearchParams({
    ...(opened.sealed !== undefined && { request: opened.sealed }),
    ...(progress && { progress: signInProgresses.seal(progress, placeOf(opened)) }),
  })
  return query.size === 0 ? paths.signIn : `${paths.signIn}?${query}`
}

/** What all pages of signing in are made of. */
export const signInFrame = (
  pages: SignInPages,
  request: FastifyRequest,
  opened: SignInContext,
): Omit<SignInFrameProps, 'action'> => {
  const { authorizationRequest, context, sealed, progress } = opened
  return {
    ...pages.site.frame(request, authorizationRequest?.uiLocales, context.session),
    csrfToken: context.csrfToken,
    sealedRequest: sealed,
    sealedProgress: progress && pages.signInProgresses.seal(progress, placeOf(opened)),
    isOnceMore: isOnceMore(opened),
    mayCancel: mayCancel(opened),
    application: authorizationRequest
      ? { name: authorizationRequest.client.name, ...logoOf(authorizationRequest.client) }
      : null,
  }
}

/** What an application wants such a proof for is its own to say. */
const isOnceMore = ({ ownPage, context: { session }, progress }: SignInContext): boolean =>
  ownPage !== undefined &&
  progress?.proved === undefined &&
  session !== undefined &&
  session.email === progress?.email

/** A device hears nothing from somebody who is not known, or whoever guesses its code could turn its user away. */
export const mayCancel = ({ authorizationRequest }: Pick<PageContext, 'authorizationRequest'>): boolean =>
  authorizationRequest?.from === 'browser'

/** What pages of signing in say, in the language of the reader. */
export const signInText = (
  pages: SignInPages,
  request: FastifyRequest,
  opened: Pick<PageContext, 'authorizationRequest' | 'context'>,
) => signInTexts(pages, request, opened).signIn

/** Everything that is said there. */
export const signInTexts = (
  pages: SignInPages,
  request: FastifyRequest,
  { authorizationRequest, context }: Pick<PageContext, 'authorizationRequest' | 'context'>,
) => pages.site.frame(request, authorizationRequest?.uiLocales, context.session).text
