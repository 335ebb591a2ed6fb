import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { renderPage } from '../../html/html.ts'
import { referenceAssets } from '../../html/stylesheet.ts'
import { paths } from '../../protocol/paths.ts'
import { sha256Hex } from '../../system/hash.ts'
import type { OpenApiDocument } from '../openapi.ts'
import { Reference } from './page.tsx'

/*
 * The reference of the management API for people, made from its OpenAPI document. An API key is typed into this page, so
 * nothing runs, loads or is asked but from here.
 */

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

export const apiReference = (document: () => OpenApiDocument): FastifyPluginAsync =>
  async function apiReferenceScope(app) {
    const { stylesheet, script } = referenceAssets(sha256Hex)
    let html: string | undefined
    app.get(paths.apiReference, (_request, reply) => {
      html ??= renderPage(
        Reference({
          document: document(),
          documentPath: paths.apiDocument,
          stylesheetPath: stylesheet.path,
          scriptPath: script.path,
        }),
      )
      return (
        reply
          .header('content-security-policy', contentSecurityPolicy)
          .header('x-frame-options', 'DENY')
          .header('referrer-policy', 'no-referrer')
          .header('cross-origin-opener-policy', 'same-origin')
          // What is typed into it is not to come back from anywhere.
          .header('cache-control', 'no-store')
          .header('content-type', 'text/html; charset=utf-8')
          .send(html)
      )
    })
    app.get(stylesheet.path, (_request, reply) => sendAsset(reply, 'text/css', stylesheet.content))
    app.get(script.path, (_request, reply) => sendAsset(reply, 'text/javascript', script.content))
  }

/** The path changes with the content. */
const sendAsset = (reply: FastifyReply, type: string, content: string): FastifyReply =>
  reply
    .header('content-type', `${type}; charset=utf-8`)
    .header('cache-control', 'public, max-age=31536000, immutable')
    .send(content)
