import type { FastifyRequest } from 'fastify'
import { type IdentifierKind, parseIdentifier } from '../../protocol/identifiers.ts'
import { collectParameters } from '../../protocol/parameters.ts'
import type { Page, PageOfRows } from '../../storage/page.ts'
import type { PagingProps } from '../pages/paging.tsx'

/** What somebody looks through; nearly everybody has fewer. */
const PAGE_SIZE = 20

/** Which part of a list a page shows, the newest first: from where its address says. What is no cursor is the beginning. */
export const pageAskedFor = (request: FastifyRequest, kind: IdentifierKind): Page => {
  const { parameters } = collectParameters(request.query)
  const cursor = (name: string) => parseIdentifier(kind, parameters.get(name))
  return { limit: PAGE_SIZE, order: 'desc', before: cursor('before'), after: cursor('after') }
}

/** The links to the pages beside it. */
export const pagingOf = (
  path: string,
  { before, after }: Omit<PageOfRows<unknown>, 'rows'>,
): PagingProps => ({
  ...(before !== null && { newer: `${path}?before=${before}` }),
  ...(after !== null && { older: `${path}?after=${after}` }),
})
