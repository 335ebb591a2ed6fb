import type { Text } from '../text/index.ts'

/** Links to the pages beside this one, where there are any. */
export interface PagingProps {
  readonly newer?: string
  readonly older?: string
}

/** Below a list that is too long for one page. */
export const Paging = ({ text, paging }: { readonly text: Text; readonly paging: PagingProps }) => {
  const { newer, older } = paging
  const { paging: words } = text.accountPages
  if (newer === undefined && older === undefined) return null
  return (
    <nav class="paging" aria-label={words.label}>
      {newer !== undefined && (
        <a id="newer" class="button button-choice" rel="prev" href={newer}>
          {words.newer}
        </a>
      )}
      {older !== undefined && (
        <a id="older" class="button button-choice" rel="next" href={older}>
          {words.older}
        </a>
      )}
    </nav>
  )
}
