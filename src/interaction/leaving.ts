import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  AnotherUserSignedIn,
  PushedRequestGone,
  type RedirectedError,
  UnreachableObject,
} from '../authorization/error.ts'
import type { AuthorizationResponse } from '../authorization/response.ts'
import { note } from '../observability/request-line.ts'
import type { OAuthError } from '../protocol/error.ts'
import { RETRY_AFTER_SECONDS } from '../system/failure-code.ts'
import { hostOf } from './destination.ts'
import { sendHtml } from './document.ts'
import { logoOf } from './logo.ts'
import type { Failure } from './pages/failure-detail.tsx'
import { Leaving } from './pages/leaving.tsx'
import { page, type Site } from './site.ts'
import type { Text } from './text/index.ts'

/** RFC 9700 §4.11.2: says where an untrusted redirection URI leads, and leaves it to the user to go there. */
export const sendLeaving = (
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { target: { client, redirectUri }, cause }: RedirectedError,
  response: AuthorizationResponse,
  /** Why, where the reader may know. */
  failure: Failure | undefined,
): FastifyReply => {
  note(request, { outcome: `${cause.code}, not redirected` })
  const frame = site.frame(request)
  // As with every answer by form, its origin is what the application is told of this page (response.ts).
  if (response.delivery === 'form') reply.header('referrer-policy', 'origin')
  const problem = problemOf(cause)
  // RFC 9110 §15.6.4: nothing is wrong with the request, and it may be made again.
  const isUnavailable = problem === 'unavailable'
  if (isUnavailable) reply.header('retry-after', RETRY_AFTER_SECONDS)
  return sendHtml(
    reply.code(isUnavailable ? 503 : 400),
    page(Leaving, {
      ...frame,
      application: { name: client.name, ...logoOf(client) },
      destination: hostOf(redirectUri),
      problem: { message: frame.text.leaving.problems[problem], code: cause.code },
      onward: response,
      referenceId: request.id,
      ...(failure && { developerDetail: failure }),
    }),
  )
}

const problemOf = (error: OAuthError): keyof Text['leaving']['problems'] => {
  // What shares its code with others, but is not the fault of the application.
  if (error instanceof AnotherUserSignedIn) return 'somebodyElse'
  if (error instanceof PushedRequestGone) return 'expired'
  if (error instanceof UnreachableObject) return 'unavailable'
  switch (error.code) {
    case 'login_required':
    case 'consent_required':
    case 'interaction_required':
      return 'silent'
    case 'invalid_scope':
    case 'invalid_target':
    case 'invalid_authorization_details':
      return 'scope'
    case 'access_denied':
      return 'access'
    case 'unmet_authentication_requirements':
      return 'authentication'
    case 'server_error':
    case 'temporarily_unavailable':
      return 'unavailable'
    default:
      return 'request'
  }
}
