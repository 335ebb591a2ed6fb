import formbody from '@fastify/formbody'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { RedirectedError, ShownError } from '../authorization/error.ts'
import { type Leaving, leavesAtOnce } from '../authorization/leaving.ts'
import { noteLanguagesOf } from '../authorization/noted-languages.ts'
import { ExpiredRequest } from '../authorization/pending-request.ts'
import { type Answering, errorResponse } from '../authorization/response.ts'
import type { Client } from '../clients/client.ts'
import { note } from '../observability/request-line.ts'
import { OAuthError } from '../protocol/error.ts'
import { type Fact, found, loggableFacts, sent } from '../protocol/fact.ts'
import type { BrowserContexts } from '../sessions/browser-context.ts'
import type { Clock } from '../system/clock.ts'
import {
  bodyRefusalStatus,
  isGoneMeanwhile,
  isUnavailable,
  RETRY_AFTER_SECONDS,
} from '../system/failure-code.ts'
import { PasswordHashingBusy } from '../system/password-hash.ts'
import { ForeignForm } from './csrf.ts'
import type { ReaderIsDeveloper } from './developer.ts'
import { contentSecurityPolicy, sendHtml } from './document.ts'
import { type StartingOver, sendStartOver } from './expired-request.ts'
import { sendLeaving } from './leaving.ts'
import { SignInFirst } from './own-page.ts'
import { OvertakenForm } from './page-context.ts'
import type { Failure } from './pages/failure-detail.tsx'
import type { SendResponse } from './response.ts'
import type { Site } from './site.ts'
import type { Text } from './text/index.ts'

/*
 * Pages for people. Owns their scope: what browsers may do with them, and how a failure looks to a person.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/sign-in`, `/sign-in/…` | who it is, a page a step (sign-in/index.ts) | starts a session, or turns back |
 * | `/upstream/callback` | why a sign-in at a provider does not go on | goes on with it |
 * | `/external-authentication/continue` | that a sign-in elsewhere does not go on | starts a session |
 * | `/select-organization` | the user's organizations | notes which one |
 * | `/consent` | what the application asks for | writes down the consent |
 * | `/device` | the code of a device | which device is meant |
 * | `/device/done` | what was decided about it | |
 * | `/sign-out` | | ends the session |
 * | `/oauth2/logout` | whether to sign out, where that is in doubt | ends the session |
 *
 * Each but the last goes back to the dispatcher (`/oauth2/authorize/continue`), never to another page. Pages of the account,
 * which no application asked for, have a list of their own (account/open-account.ts).
 */

/** Bytes of a form on a page: a sealed request and a few fields. */
export const MAXIMUM_FORM_BYTES = 64 * 1024

/** What the words of such a page say. */
const MINUTE_SECONDS = 60

export interface PageScope extends Leaving, StartingOver {
  readonly site: Site
  readonly answering: Answering
  readonly browserContexts: BrowserContexts
  readonly clock: Clock
  readonly sendResponse: SendResponse
  readonly readerIsDeveloper: ReaderIsDeveloper
}

export const pageScope = (scope: PageScope, pages: FastifyPluginAsync): FastifyPluginAsync =>
  async function pagesScope(app) {
    const { site, answering, stores, browserContexts, clock, sendResponse, readerIsDeveloper } = scope
    app.removeAllContentTypeParsers()
    await app.register(formbody, { bodyLimit: MAXIMUM_FORM_BYTES })
    app.addHook('onRequest', async (_request, reply) => {
      reply
        .header('content-security-policy', contentSecurityPolicy)
        // RFC 9700 §4.16: no clickjacking, for browsers that do not know frame-ancestors.
        .header('x-frame-options', 'DENY')
        // RFC 9700 §4.2.4: the URL of a page holds the pending request. Our own forms keep their Origin.
        .header('referrer-policy', 'same-origin')
        .header('cache-control', 'no-store')
      await site.refresh()
    })
    app.setErrorHandler(async (error, request, reply) => {
      if (!(error instanceof RedirectedError)) return show(error, request, reply)
      note(request, {
        clientId: error.target.client.clientId,
        outcome: error.cause.code,
        reason: error.cause.reason,
      })
      try {
        const now = clock.now()
        const { client, redirectUri } = error.target
        const response = await errorResponse(answering, error.target, error.cause, now)
        const session = async () => (await browserContexts.current(request.headers.cookie, now)).session
        return error.isAnswerOfUser || (await leavesAtOnce({ stores }, client, redirectUri, session))
          ? sendResponse(request, reply, response)
          : sendLeaving(site, request, reply, error, response, await toDeveloper(request, failureOf(error)))
      } catch (failure) {
        // Signing it may take the database, and so does knowing whether a stranger's client was agreed to.
        return show(failure, request, reply)
      }
    })
    const show = async (
      error: unknown,
      request: FastifyRequest,
      reply: FastifyReply,
    ): Promise<FastifyReply> => {
      if (error instanceof OvertakenForm) {
        note(request, { outcome: 'overtaken form', reason: error.message })
        return reply.redirect(error.location, 303)
      }
      // There may be hundreds a second: its line in the log and what is counted say enough.
      if (error instanceof PasswordHashingBusy) {
        note(request, { outcome: 'busy', reason: error.message })
        return sendHtml(reply.code(503).header('retry-after', error.retryAfter), site.busyPage(request))
      }
      if (error instanceof SignInFirst) {
        note(request, { outcome: 'sign in first', reason: error.message })
        return reply.redirect(error.location, 303)
      }
      if (error instanceof ExpiredRequest) {
        noteLanguagesOf(request, error.asked)
        // Where the application is cannot be known without the database: the page needs not say it.
        const startOver = await sendStartOver(scope, request, reply, error).catch(() => undefined)
        if (startOver) {
          note(request, { outcome: error.kind, reason: error.reason })
          return startOver
        }
      }
      const { status, words, outcome, reason, retryAfter, isOurs, facts = [], about } = shown(error)
      note(request, {
        ...(about && { clientId: about.clientId }),
        outcome,
        reason,
        ...(facts.length > 0 && { facts: loggableFacts(facts) }),
      })
      if (status >= 500) request.log.error({ err: error, requestId: request.id })
      if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
      const failure = isOurs ? undefined : await toDeveloper(request, { reason, facts, about })
      return sendHtml(
        reply.code(status),
        site.errorPage(request, (errors) => errors[words], failure),
      )
    }
    /** What the reader may know of it. Whoever cannot be recognized just now is not one who may. */
    const toDeveloper = async (
      request: FastifyRequest,
      { about, ...failure }: Failure & { readonly about: Client | undefined },
    ): Promise<Failure | undefined> =>
      (await readerIsDeveloper(request, about, clock.now()).catch(() => false)) ? failure : undefined
    await app.register(pages)
  }

/** A failure as a page. */
interface Shown {
  readonly status: number
  readonly words: keyof Text['errors']
  /** A word for the log. */
  readonly outcome: string
  readonly reason: string
  readonly facts?: readonly Fact[]
  readonly about?: Client | undefined
  /** Seconds after which it may have passed. */
  readonly retryAfter?: number
  /** There is nothing in it for whoever builds an application. */
  readonly isOurs?: boolean
}

const shown = (error: unknown): Shown => {
  if (error instanceof ShownError) {
    const { kind, reason, facts, about } = error
    const mayPass = kind === 'unavailable' || kind === 'unreachableRequest'
    return {
      status: mayPass ? 503 : 400,
      words: kind,
      outcome: kind,
      reason,
      facts,
      about,
      ...(mayPass && { retryAfter: MINUTE_SECONDS }),
    }
  }
  if (error instanceof ForeignForm) {
    return { status: 403, words: 'formNotOurs', outcome: 'foreign form', reason: error.message }
  }
  if (error instanceof OAuthError) {
    const { code, description, reason } = error
    const facts = [found('error', code), found('error_description', description)]
    return { status: 400, words: 'malformedRequest', outcome: 'malformed', reason, facts }
  }
  const bodyStatus = bodyRefusalStatus(error)
  if (bodyStatus !== undefined) {
    const reason = 'the body cannot be read'
    return { status: bodyStatus, words: 'unreadableForm', outcome: 'malformed', reason }
  }
  if (isUnavailable(error)) {
    const reason = 'the database is away'
    const retryAfter = RETRY_AFTER_SECONDS
    return { status: 503, words: 'unavailable', outcome: 'unavailable', reason, retryAfter, isOurs: true }
  }
  if (isGoneMeanwhile(error)) {
    const reason = 'what it refers to was deleted meanwhile'
    return { status: 409, words: 'goneMeanwhile', outcome: 'gone meanwhile', reason, isOurs: true }
  }
  const reason = 'unexpected error'
  return { status: 500, words: 'unexpected', outcome: 'server_error', reason, isOurs: true }
}

/** Of one that goes to the application, whose developers see it there as well. */
const failureOf = ({ cause, target }: RedirectedError): Failure & { readonly about: Client } => ({
  reason: cause.reason,
  facts: [
    sent('client_id', target.client.clientId),
    sent('redirect_uri', target.redirectUri),
    found('error', cause.code),
    found('error_description', cause.description),
  ],
  about: target.client,
})
