import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '../system/hash.ts'

/** A document that anybody may keep for a while, with its validator. */
export interface Cacheable {
  readonly body: string
  readonly etag: string
}

export const cacheable = (body: string): Cacheable => ({ body, etag: `"${sha256(body)}"` })

/** RFC 9110 §13.1.2: 304 to whoever has it already. */
export const answerCacheable = (
  request: FastifyRequest,
  reply: FastifyReply,
  { body, etag }: Cacheable,
  maximumAgeSeconds: number,
): FastifyReply => {
  reply.header('cache-control', `public, max-age=${maximumAgeSeconds}`).header('etag', etag)
  if (matches(request.headers['if-none-match'], etag)) {
    reply.code(304)
    // RFC 9110 §8.6: the framework says the length of what it is given for HEAD, and must not say 0.
    if (request.method !== 'HEAD') return reply.send()
  }
  return reply.header('content-type', 'application/json; charset=utf-8').send(body)
}

const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' ||
    // RFC 9110 §13.1.2: weak comparison, since a proxy that compresses makes the validator weak.
    ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag))
