import type { FastifyInstance } from 'fastify'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'

/** Whose pages may call: asked at each request, since an operator may change it. */
export type CrossOrigin = Pick<EnvironmentRegistry, 'current'>

const EXPOSED_HEADERS = 'WWW-Authenticate, Retry-After, X-Request-ID, DPoP-Nonce'

/**
 * CORS (Fetch §3.2) for documents that anybody may read: open to every origin, whatever the operator lists. What a page
 * could not read here its server could, and verifiers in browsers need the key set.
 */
export const openToOrigins = (app: FastifyInstance): void => {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', EXPOSED_HEADERS)
    done()
  })
  answerPreflights(app)
}

/**
 * CORS for endpoints that browser applications call: open to every origin, or to those the operator has listed. None of
 * them reads a cookie, so whoever calls shows what they hold. Error answers carry the headers too, or a browser would
 * hide the reason.
 */
export const openToAllowedOrigins = (
  app: FastifyInstance,
  environment: CrossOrigin,
  methods = 'GET, POST',
): void => {
  app.addHook('onRequest', async ({ headers: { origin } }, reply) => {
    const { settings, corsOrigins } = await environment.current()
    const isListed = settings.cors === 'listed'
    // Fetch §3.2.3: one origin, which caches must not show to another.
    if (isListed) reply.header('vary', 'Origin')
    if (isListed && (origin === undefined || !corsOrigins.has(origin))) return
    reply
      .header('access-control-allow-origin', isListed ? origin : '*')
      .header('access-control-expose-headers', EXPOSED_HEADERS)
  })
  answerPreflights(app, methods)
}

const answerPreflights = (app: FastifyInstance, methods = 'GET, POST'): void => {
  app.addHook('onRoute', ({ method, url }) => {
    if (method === 'OPTIONS' || method === 'HEAD' || app.hasRoute({ method: 'OPTIONS', url })) return
    app.options(url, async (_request, reply) =>
      reply
        .code(204)
        .header('access-control-allow-methods', `${methods}, OPTIONS`)
        // MCP clients send their protocol version to every endpoint.
        .header('access-control-allow-headers', 'Authorization, Content-Type, DPoP, MCP-Protocol-Version')
        .header('access-control-max-age', '86400')
        .send(),
    )
  })
}
