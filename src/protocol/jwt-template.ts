import { isDeeperThan } from './nesting.ts'

/*
 * The template of the operator's own claims: JSON in which `{{ user.email }}` stands for a value of the user, the
 * organization or the membership, and `{{ user.name || user.email || 'somebody' }}` for the first of them there is.
 * Inside a text an expression is a part of the text; outside it is the whole value.
 *
 * What can be known beforehand is refused when the template is set, so that no sign-in fails for a slip of the pen.
 */

const MAXIMUM_CONTENT_LENGTH = 8192
const MAXIMUM_DEPTH = 8
/** Of all claims of the template in one token, which has to travel in a header. */
export const MAXIMUM_RENDERED_BYTES = 3072

/**
 * Claims that a template must not set: those of our tokens (tokens/access-token.ts), and those by which the recipient
 * of a token decides whom to believe (RFC 9068 §2.2.1, RFC 7800 §3.1, RFC 8693 §4, RFC 9396 §9.1).
 */
export const reservedClaims: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti'],
  ...['client_id', 'scope', 'sid', 'org_id', 'grant_id', 'credential_id'],
  ...['auth_time', 'acr', 'amr', 'cnf', 'act', 'may_act', 'authorization_details'],
  'exchanged_from',
])

/** What a path may lead to. Only a scalar can be part of a text. */
type Shape =
  | 'scalar'
  | { readonly fields: Readonly<Record<string, Shape>> }
  /** Values under keys that the operator made up. */
  | { readonly valuesOf: Shape }
  | { readonly itemsOf: Shape }

const scalars = <Name extends string>(...names: readonly Name[]): Record<Name, Shape> =>
  Object.fromEntries(names.map((name) => [name, 'scalar'])) as Record<Name, Shape>

const metadata: Shape = { valuesOf: 'scalar' }
const role: Shape = { fields: scalars('slug') }

/** The objects of the management API, under the names that templates have for them. */
const roots: Shape = {
  fields: {
    user: {
      fields: {
        ...scalars('object', 'id', 'email', 'email_verified', 'first_name', 'last_name', 'name', 'locale'),
        ...scalars('profile_picture_url', 'last_sign_in_at', 'external_id', 'created_at', 'updated_at'),
        metadata,
      },
    },
    organization: {
      fields: {
        ...scalars('object', 'id', 'name', 'external_id', 'stripe_customer_id', 'created_at', 'updated_at'),
        ...scalars('allow_profiles_outside_organization'),
        metadata,
        domains: { itemsOf: { fields: scalars('object', 'id', 'organization_id', 'domain', 'state') } },
      },
    },
    organization_membership: {
      fields: {
        ...scalars('object', 'id', 'user_id', 'organization_id', 'organization_name', 'status'),
        ...scalars('directory_managed', 'created_at', 'updated_at'),
        // Its slug, as in WorkOS's own claim of that name.
        role: 'scalar',
        roles: { itemsOf: role },
        custom_attributes: { valuesOf: 'scalar' },
      },
    },
  },
}

/** @returns what is wrong with the template, or undefined. */
export const jwtTemplateProblem = (content: string): string | undefined => {
  if (content.length > MAXIMUM_CONTENT_LENGTH) return `has more than ${MAXIMUM_CONTENT_LENGTH} characters`
  const emptied = replaceExpressions(content, () => EMPTY)
  if ('problem' in emptied) return emptied.problem
  let claims: unknown
  try {
    claims = JSON.parse(emptied.json)
  } catch {
    return 'is not JSON once its expressions are filled in; those outside of texts must stand alone'
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return 'is not a JSON object'
  return claimsProblem(claims)
}

/** What an expression leaves behind: two braces that no other text of a checked template can hold. */
const EMPTY = '{{}}'

const claimsProblem = (claims: object): string | undefined => {
  // A claim that is null is left out, so it counts for none.
  if (Object.values(claims).every((value) => value === null)) return 'has no claim'
  const reserved = Object.keys(claims).find((name) => reservedClaims.has(name))
  if (reserved !== undefined) return `sets ${reserved}, which is not the template's to set`
  if (isDeeperThan(MAXIMUM_DEPTH, claims)) return `is nested more than ${MAXIMUM_DEPTH} deep`
  // As the name of a member it is the prototype of whatever is made with it, and no claim.
  if (hasKey(claims, (key) => key === '__proto__')) return 'has __proto__ for the name of a claim'
  // Else the data of a user could name a claim that is reserved.
  if (hasKey(claims, (key) => key.includes(EMPTY))) return 'has an expression in the name of a claim'
  const least = JSON.stringify(claims).replaceAll(EMPTY, '')
  return new TextEncoder().encode(least).length > MAXIMUM_RENDERED_BYTES
    ? `makes more than ${MAXIMUM_RENDERED_BYTES} bytes of claims`
    : undefined
}

const hasKey = (value: unknown, isMeant: (key: string) => boolean): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ((!Array.isArray(value) && Object.keys(value).some(isMeant)) ||
    Object.values(value).some((member) => hasKey(member, isMeant)))

/**
 * The template as JSON, with a text in the place of each expression.
 *
 * @param placeOf what stands for an expression: a text without quotation marks and backslashes.
 */
export const replaceExpressions = (
  content: string,
  placeOf: (expression: string, isInText: boolean) => string,
): { readonly json: string } | { readonly problem: string } => {
  const expression = /\{\{([^{}]*)\}\}/y
  let json = ''
  let isInText = false
  for (let at = 0; at < content.length; ) {
    const character = content.charAt(at)
    if (content.startsWith('{{', at)) {
      expression.lastIndex = at
      const [whole, inner] = expression.exec(content) ?? []
      if (whole === undefined || inner === undefined) return { problem: 'has a {{ that is not an expression' }
      const problem = expressionProblem(inner, isInText)
      if (problem !== undefined) return { problem: `has {{${inner}}}, which ${problem}` }
      // Between blanks it cannot become one with what stands beside it.
      const place = placeOf(inner, isInText)
      json += isInText ? place : ` "${place}" `
      at += whole.length
    } else if (isInText && character === '\\') {
      json += content.slice(at, at + 2)
      at += 2
    } else {
      if (character === '"') isInText = !isInText
      json += character
      at += 1
    }
  }
  return { json }
}

const expressionProblem = (expression: string, isInText: boolean): string | undefined => {
  if (isInText && /["\\]/.test(expression)) return 'has a quotation mark that ends the text around it'
  const terms = termsOf(expression)
  if (terms === undefined) return "is not made of paths and 'texts' between ||"
  for (const term of terms) {
    const problem = 'path' in term ? pathProblem(term.path, isInText) : undefined
    if (problem !== undefined) return problem
  }
  return undefined
}

/** One of those of which the first that is not empty counts. */
export type Term = { readonly path: string } | { readonly text: string }

/** Undefined if the expression is not made of terms. */
export const termsOf = (expression: string): readonly Term[] | undefined => {
  const term = /\s*(?:'([^'"\\]*)'|"([^'"\\]*)"|([A-Za-z_]\w*(?:\.[\w-]+)*))\s*(\|\||$)/y
  const terms: Term[] = []
  for (let more = true; more; ) {
    const [whole, single, double, path, separator] = term.exec(expression) ?? []
    if (whole === undefined) return undefined
    terms.push(path === undefined ? { text: single ?? double ?? '' } : { path })
    more = separator === '||'
  }
  return terms
}

const pathProblem = (path: string, isInText: boolean): string | undefined => {
  let shape: Shape | undefined = roots
  for (const segment of path.split('.')) {
    shape = memberOf(shape, segment)
    if (shape === undefined) return `names ${path}, which does not exist`
  }
  return isInText && shape !== 'scalar' ? `puts ${path}, which is not a single value, into a text` : undefined
}

const memberOf = (shape: Shape, segment: string): Shape | undefined => {
  if (shape === 'scalar') return undefined
  if ('valuesOf' in shape) return shape.valuesOf
  if ('itemsOf' in shape) return /^\d{1,3}$/.test(segment) ? shape.itemsOf : undefined
  return Object.hasOwn(shape.fields, segment) ? shape.fields[segment] : undefined
}
