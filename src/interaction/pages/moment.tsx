/** An instant, for a machine and for the reader. */
export interface Moment {
  readonly iso: string
  readonly words: string
}

export const When = ({ at }: { readonly at: Moment }) => (
  <time datetime={at.iso} title={at.iso}>
    {at.words}
  </time>
)
