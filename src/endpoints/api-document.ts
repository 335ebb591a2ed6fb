import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../protocol/paths.ts'
import { answerCacheable, cacheable } from './cacheable.ts'
import { openToOrigins } from './cors.ts'

/**
 * The description of the management API, for people's tools. It is the same for everybody, so it needs no key. Made
 * when it is first asked for: most nodes never are, and it would be most of what their start costs.
 */
export const apiDocumentEndpoint = ({
  document,
  metadataCacheSeconds,
}: {
  readonly document: () => object
  readonly metadataCacheSeconds: number
}): FastifyPluginAsync =>
  async function apiDocumentScope(app) {
    // Editors and generators that run in a browser read it too.
    openToOrigins(app)
    let answer: ReturnType<typeof cacheable> | undefined
    app.get(paths.apiDocument, (request, reply) => {
      answer ??= cacheable(JSON.stringify(document()))
      return answerCacheable(request, reply, answer, metadataCacheSeconds)
    })
  }
