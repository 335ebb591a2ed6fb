/** Markup: what html`` made. Everything put into it is escaped, unless it is markup itself. */
export interface Html {
  readonly markup: string
}

type Value = Html | string | number | undefined | readonly Html[]

export const html = (literals: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  markup: String.raw({ raw: literals }, ...values.map(markupOf)),
})

const markupOf = (value: Value): string => {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  return 'markup' in value ? value.markup : value.map(markupOf).join('')
}

const characters: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => characters[character] ?? '')
