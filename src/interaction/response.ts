import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthorizationResponse } from '../authorization/response.ts'
import { contentSecurityPolicyWithScript, sendHtml } from './document.ts'
import { logoOf } from './logo.ts'
import { FormPost } from './pages/form-post.tsx'
import { page, type Site } from './site.ts'

export type SendResponse = (
  request: FastifyRequest,
  reply: FastifyReply,
  response: AuthorizationResponse,
) => FastifyReply

/** Sends the browser back to the application, with the answer. */
export const createSendResponse =
  (site: Site): SendResponse =>
  (request, reply, response) => {
    // RFC 9700 §4.12: what was posted here is not to be posted there.
    if (response.delivery === 'redirect') {
      return reply.redirect(response.location, request.method === 'POST' ? 303 : 302)
    }
    const { action, fields, client } = response
    reply
      .code(200)
      .header('content-security-policy', contentSecurityPolicyWithScript)
      // Of the URL, which holds the pending request, the application learns the origin alone; that it does see, since
      // many an application takes no form from an origin it is not told.
      .header('referrer-policy', 'origin')
      // OAuth 2.0 Form Post Response Mode §4: with a code in it, the page must not be cached.
      .header('cache-control', 'no-store')
      .header('pragma', 'no-cache')
    return sendHtml(
      reply,
      page(FormPost, {
        ...site.frame(request),
        scriptPath: site.formPostScript.path,
        action,
        fields,
        application: { name: client.name, ...logoOf(client) },
      }),
    )
  }
