/**
 * What somebody agreed to, as scopes by place: the URI of a resource (RFC 8707), or that of none for tokens whose audience
 * is the environment.
 */
export type ScopesByPlace = Readonly<Record<string, readonly string[]>>

/** No URI is empty. */
const ENVIRONMENT = ''

/** Where tokens of a request are good. */
export const placesOf = (resources: readonly string[] = []): readonly string[] =>
  resources.length > 0 ? resources : [ENVIRONMENT]

/** One agreement: every scope at every place. */
export const scopesAtEach = (scopes: readonly string[], resources: readonly string[]): ScopesByPlace =>
  Object.fromEntries(placesOf(resources).map((place) => [place, scopes]))
