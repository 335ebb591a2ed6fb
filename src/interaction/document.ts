import type { FastifyReply } from 'fastify'
import type { Html } from '../html/html.ts'

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  // No form-action: browsers hold redirects after a form to it, and ours lead to the applications.
]

/** What a page may load and do: nothing runs. */
export const contentSecurityPolicy = policy.join('; ')

/** The same for a page with pictures of these origins. */
export const contentSecurityPolicyWithImages = (origins: readonly string[]): string =>
  policy.map((part) => (part.startsWith('img-src') ? [part, ...origins].join(' ') : part)).join('; ')

/** The same for a page that has a script of ours. */
export const contentSecurityPolicyWithScript = [...policy, "script-src 'self'"].join('; ')

/** And for the one that has frames, of these origins. */
export const contentSecurityPolicyWithFrames = (origins: readonly string[]): string =>
  `${contentSecurityPolicyWithScript}; frame-src ${origins.join(' ')}`

/** What a page without a script may have in its frames: pages of ours. */
export const contentSecurityPolicyWithOwnFrames = [...policy, "frame-src 'self'"].join('; ')

/** The same for a page that others of ours show in a frame. */
export const contentSecurityPolicyInOwnFrame = policy
  .map((part) => (part.startsWith('frame-ancestors') ? "frame-ancestors 'self'" : part))
  .join('; ')

export const sendHtml = (reply: FastifyReply, html: Html): FastifyReply =>
  reply.header('content-type', 'text/html; charset=utf-8').send(html)

/** A stylesheet or script of ours. */
export const sendAsset = (reply: FastifyReply, type: 'text/css' | 'text/javascript', content: string) =>
  reply
    .header('content-type', `${type}; charset=utf-8`)
    // The path changes with the content.
    .header('cache-control', 'public, max-age=31536000, immutable')
    .send(content)
