import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../protocol/paths.ts'

export interface MetricsEndpoint {
  /** Everything there is to tell, in the text format of Prometheus. */
  readonly scrape: () => Promise<{ readonly contentType: string; readonly text: string }>
}

/** For whoever watches the server. It tells how busy the deployment is, so it is on a listener of its own. */
export const metricsEndpoint = ({ scrape }: MetricsEndpoint): FastifyPluginAsync =>
  async function metricsScope(app) {
    app.get(paths.metrics, async (_request, reply) => {
      const { contentType, text } = await scrape()
      return reply.header('cache-control', 'no-store').type(contentType).send(text)
    })
  }
