import type { FastifyRequest } from 'fastify'

/** Rows of a page of a list. */
const LIMIT = '25'

/** The cursors that a page of a list was asked for with, as the API takes them; what else stands in the address is not. */
export const listQuery = (request: FastifyRequest): Readonly<Record<string, string>> => {
  const { before, after } = request.query as Readonly<Record<string, unknown>>
  return {
    limit: LIMIT,
    ...(typeof before === 'string' && { before }),
    ...(typeof after === 'string' && { after }),
  }
}
