import { z } from 'zod'

/** One page of a collection, the way every list is given out (workos: `list_metadata`). */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    list_metadata: z.object({
      before: z.string().nullable().describe('Cursor of the page before this one; null on the first.'),
      after: z.string().nullable().describe('Cursor of the page after this one; null on the last.'),
    }),
  })

export interface ListObject<Item> {
  readonly object: 'list'
  readonly data: Item[]
  readonly list_metadata: { readonly before: string | null; readonly after: string | null }
}

/** What a store found of a page, as a list of objects. */
export const listObject = <Row, Item>(
  {
    rows,
    before,
    after,
  }: { readonly rows: readonly Row[]; readonly before: string | null; readonly after: string | null },
  objectOf: (row: Row) => Item,
): ListObject<Item> => ({
  object: 'list',
  data: rows.map(objectOf),
  list_metadata: { before, after },
})

/** A collection that is small by nature and given out whole (workos: roles). */
export const wholeListOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ object: z.literal('list'), data: z.array(item) })

export const listedWhole = <Row, Item>(rows: readonly Row[], objectOf: (row: Row) => Item) => ({
  object: 'list' as const,
  data: rows.map(objectOf),
})
