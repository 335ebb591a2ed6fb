import { z } from 'zod'
import { foundKinds } from '../protocol/found-kind.ts'
import type { Found } from '../storage/stores/search.ts'

export const searchResultsSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(
      z
        .object({
          object: z.literal('search_result'),
          type: z.enum(foundKinds),
          id: z.string().describe('Of permissions and roles the slug.'),
          parent_id: z.string().nullable().describe('Of a credential its application.'),
          title: z.string(),
          detail: z.string().nullable(),
        })
        .meta({ id: 'SearchResult' }),
    ),
  })
  .meta({ id: 'SearchResults' })

export type SearchResultsObject = z.infer<typeof searchResultsSchema>

export const searchResultsObject = (found: readonly Found[]): SearchResultsObject => ({
  object: 'list',
  data: found.map(({ kind, id, parentId, title, detail }) => ({
    object: 'search_result',
    type: kind,
    id,
    parent_id: parentId,
    title,
    detail,
  })),
})
