import { fill, type Sentence } from './sentence.tsx'

/**
 * A sentence with a number, in the forms that a language has for numbers: `one` and `other` in English, six in Arabic.
 * Whichever it does not tell apart may be missing.
 */
export type Plural = Readonly<Partial<Record<Exclude<Intl.LDMLPluralRule, 'other'>, string>>> & {
  readonly other: Sentence<'count'>
}

/** The sentence for this number, which is written with the digits of the language. */
export const counted = ({ tag }: { readonly tag: string }, forms: Plural, count: number): string => {
  const form: string = forms[new Intl.PluralRules(tag).select(count)] ?? forms.other
  return fill(form as Sentence<'count'>, { count: new Intl.NumberFormat(tag).format(count) })
}
