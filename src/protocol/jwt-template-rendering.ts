import {
  MAXIMUM_RENDERED_BYTES,
  replaceExpressions,
  reservedClaims,
  type Term,
  termsOf,
} from './jwt-template.ts'

/** A template that was checked when it was set (jwt-template.ts), read for good. */
export interface JwtTemplate {
  /** Its JSON, with the number of an expression in the place of each. */
  readonly claims: Readonly<Record<string, unknown>>
  readonly expressions: readonly (readonly Term[])[]
  /** Whether it takes anything of the user to fill it in. */
  readonly hasPaths: boolean
}

/** What paths lead into: the objects of the management API, and null for an organization that there is not. */
export interface TemplateData {
  readonly user: object
  readonly organization: object | null
  readonly organization_membership: object | null
}

export type RenderedTemplate =
  | { readonly claims: Readonly<Record<string, unknown>> }
  | { readonly problem: string }

/** @throws Error for what is no template: nobody sets one. */
export const readJwtTemplate = (content: string): JwtTemplate => {
  const expressions: (readonly Term[])[] = []
  const numbered = replaceExpressions(content, (expression, isInText) => {
    const number = expressions.push(termsOf(expression) ?? []) - 1
    return isInText ? `{{${number}}}` : `{{=${number}}}`
  })
  if ('problem' in numbered) throw new Error(`The JWT template ${numbered.problem}.`)
  return {
    claims: JSON.parse(numbered.json) as Record<string, unknown>,
    expressions,
    hasPaths: expressions.flat().some((term) => 'path' in term),
  }
}

/** The claims that the template makes of somebody; those that are null are left out. */
export const renderJwtTemplate = (
  { claims, expressions }: JwtTemplate,
  data: TemplateData | undefined,
): RenderedTemplate => {
  const filledIn = (number: string): unknown => firstOf(expressions[Number(number)] ?? [], data)

  const renderText = (text: string): unknown => {
    const [, alone] = /^\{\{=(\d+)\}\}$/.exec(text) ?? []
    if (alone !== undefined) return filledIn(alone)
    if (!text.includes('{{')) return text
    return text.replace(/\{\{(\d+)\}\}/g, (_, number: string) => String(filledIn(number) ?? '')).trim()
  }
  const render = (value: unknown): unknown => {
    if (typeof value === 'string') return renderText(value)
    if (Array.isArray(value)) return value.map(render)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, render(member)]))
  }

  const rendered = Object.fromEntries(
    Object.entries(claims)
      // Again: what is reserved may have become so since the template was set.
      .filter(([name]) => !reservedClaims.has(name))
      .map(([name, value]) => [name, render(value)])
      .filter(([, value]) => value !== null && value !== undefined),
  ) as Record<string, unknown>
  const bytes = new TextEncoder().encode(JSON.stringify(rendered)).length
  return bytes > MAXIMUM_RENDERED_BYTES
    ? { problem: `makes ${bytes} bytes of claims, which are more than ${MAXIMUM_RENDERED_BYTES}` }
    : { claims: rendered }
}

const firstOf = (terms: readonly Term[], data: TemplateData | undefined): unknown => {
  for (const term of terms) {
    const value = 'text' in term ? term.text : lookUp(data, term.path)
    if (value !== undefined && value !== null && value !== '') return value
  }
  return null
}

const lookUp = (data: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, segment) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, segment)
          ? value[segment as keyof typeof value]
          : undefined,
      data,
    )
