import type { FastifyPluginAsync } from 'fastify'
import { answerDiagnosis, DIAGNOSIS_HEADER, readQuestion } from '../doctor/diagnosis.ts'
import { paths } from '../protocol/paths.ts'
import type { Clock } from '../system/clock.ts'
import { withoutMapping } from '../system/network.ts'

export interface DiagnosisEndpoint {
  readonly diagnosing: {
    /** Of whoever has the secret of this server. */
    readonly key: Uint8Array
    readonly isTrustedProxy: (address: string | undefined) => boolean
  }
  readonly clock: Clock
}

/** For `latchkey doctor`: what this server sees of the request. To everybody else there is nothing here. */
export const diagnosisEndpoint = ({
  diagnosing: { key, isTrustedProxy },
  clock,
}: DiagnosisEndpoint): FastifyPluginAsync =>
  async function diagnosisScope(app) {
    app.get(paths.diagnosis, async (request, reply) => {
      const nonce = readQuestion(key, String(request.headers[DIAGNOSIS_HEADER] ?? ''), clock.now())
      if (nonce === undefined) {
        reply.callNotFound()
        return reply
      }
      const peer = request.socket.remoteAddress
      return reply.header('cache-control', 'no-store').send(
        answerDiagnosis(key, nonce, {
          address: withoutMapping(request.ip),
          peer: withoutMapping(peer ?? ''),
          isTrusted: isTrustedProxy(peer),
          isForwarded: request.headers['x-forwarded-for'] !== undefined,
          origin: `${request.protocol}://${request.host}`,
        }),
      )
    })
  }
