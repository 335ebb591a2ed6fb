import type { ListObject } from '../objects/list.ts'

/** As many as a page shows at once; there can be no more of most things. */
export const MOST_SHOWN = 500

/** What there is of something, where it is few: page by page. `isMore` where they are not. */
export const readAll = async <Item>(
  page: (query: Readonly<Record<string, string>>) => Promise<ListObject<Item>>,
): Promise<{ readonly data: readonly Item[]; readonly isMore: boolean }> => {
  const data: Item[] = []
  let after: string | null = null
  do {
    const list: ListObject<Item> = await page({ limit: '100', ...(after !== null && { after }) })
    data.push(...list.data)
    after = list.list_metadata.after
  } while (after !== null && data.length < MOST_SHOWN)
  return { data, isMore: after !== null }
}
