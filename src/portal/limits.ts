import type { Client } from '../clients/client.ts'
import type { Problem } from '../management/refusal.ts'
import { isStandardScope } from '../protocol/scope.ts'
import type { DeveloperPortalLimits, PortalApplicationType } from '../protocol/settings.ts'

/** What an admin wants an application to be. */
export interface Wanted {
  /** Of a new one. */
  readonly type?: PortalApplicationType
  readonly scopes: readonly string[]
  readonly redirectUris: readonly string[]
}

type Has = Pick<Client, 'scopes' | 'redirectUris'>

const nothing: Has = { scopes: [], redirectUris: [] }

/**
 * What of it is beyond what the operator lets admins do. What the application has already it keeps: the operator may have
 * given it more, or have drawn the limits closer since.
 */
export const beyondLimits = (
  limits: DeveloperPortalLimits,
  { type, scopes, redirectUris }: Wanted,
  has: Has = nothing,
): Problem[] => [
  ...(type !== undefined && !limits.types.includes(type) ? [typeNotAllowed] : []),
  ...scopes.flatMap((scope, index): Problem[] =>
    isGivable(limits, scope) || has.scopes.includes(scope)
      ? []
      : [
          {
            field: `scopes.${index}`,
            code: 'scope_not_allowed',
            message: `“${scope.slice(0, 200)}” is not yours to give.`,
          },
        ],
  ),
  ...redirectUris.flatMap((uri, index): Problem[] =>
    limits.loopbackRedirectUris || !isPlainHttp(uri) || has.redirectUris.some((one) => one.uri === uri)
      ? []
      : [
          {
            field: `redirect_uris.${index}.uri`,
            code: 'loopback_not_allowed',
            message: `“${uri.slice(0, 200)}” is at http, which is not allowed here.`,
          },
        ],
  ),
]

const isGivable = ({ scopes }: DeveloperPortalLimits, scope: string): boolean =>
  isStandardScope(scope) || scopes.includes(scope)

/** RFC 8252 §7.3: on loopback, since no other http can be registered (protocol/redirect-uri.ts). */
const isPlainHttp = (uri: string): boolean => URL.canParse(uri) && new URL(uri).protocol === 'http:'

const typeNotAllowed: Problem = {
  field: 'kind',
  code: 'type_not_allowed',
  message: 'Applications of this kind are not yours to make.',
}
