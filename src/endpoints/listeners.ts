import type { FastifyInstance, FastifyPluginAsync, RouteOptions } from 'fastify'
import type { ManagementListenerConfig } from '../config/management-listener.ts'

/*
 * Which routes are to be had at which listener, where the management API and the dashboard have one of their own. They
 * are what is kept apart; all else is at the main one, and browsers that ask for it at the other are sent there.
 */

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not said: the main one. */
    readonly listener?: 'management' | 'every'
  }
}

const listeningAt = (listener: 'management' | 'every', plugin: FastifyPluginAsync): FastifyPluginAsync =>
  async function listenerScope(app) {
    app.addHook('onRoute', (route: RouteOptions) => {
      route.config = { ...route.config, listener }
    })
    await app.register(plugin)
  }

/** What is for operators and their programs alone. */
export const atManagementListener = (plugin: FastifyPluginAsync): FastifyPluginAsync =>
  listeningAt('management', plugin)

/** What either needs. */
export const atEveryListener = (plugin: FastifyPluginAsync): FastifyPluginAsync =>
  listeningAt('every', plugin)

/** @param listener undefined: everything is at the one there is. */
export const keepListenersApart = (
  app: FastifyInstance,
  listener: ManagementListenerConfig | undefined,
  issuer: string,
): void => {
  if (listener === undefined) return
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return
    const { listener: place } = request.routeOptions.config
    const isManagement = request.socket.localPort === listener.port
    if (place === 'every' || (place === 'management') === isManagement) return
    // Signing in, for one: a session begins at the issuer, where passkeys and other providers know it.
    if (isManagement && (request.method === 'GET' || request.method === 'HEAD')) {
      return reply.redirect(issuer + request.url, 302)
    }
    // As if it were nowhere.
    reply.callNotFound()
    return reply
  })
}
