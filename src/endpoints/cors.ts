import type { FastifyInstance } from 'fastify'

/**
 * CORS (Fetch §3.2) for endpoints that browser applications call. Open to every origin: none of them reads a cookie,
 * so whoever calls shows what they hold. Error answers carry the headers too, or a browser would hide the reason.
 */
export const openToOrigins = (app: FastifyInstance): void => {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*')
    reply.header('access-control-expose-headers', 'WWW-Authenticate, Retry-After, X-Request-ID')
  })
  app.addHook('onRoute', ({ method, url }) => {
    if (method === 'OPTIONS' || method === 'HEAD' || app.hasRoute({ method: 'OPTIONS', url })) return
    app.options(url, async (_request, reply) =>
      reply
        .code(204)
        .header('access-control-allow-methods', 'GET, POST, OPTIONS')
        // MCP clients send their protocol version to every endpoint.
        .header('access-control-allow-headers', 'Authorization, Content-Type, MCP-Protocol-Version')
        .header('access-control-max-age', '86400')
        .send(),
    )
  })
}
