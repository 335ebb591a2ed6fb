import { outboundUrlProblem } from '../system/outbound-fetch.ts'

/** Where requests of this server go on behalf of an application. */
interface RequestedUris {
  readonly jwks_uri?: string | undefined
  readonly backchannel_logout_uri?: string | undefined
  readonly request_uris?: readonly string[] | undefined
}

export interface UnreachableUri {
  readonly field: keyof RequestedUris
  readonly code: 'uri_unreachable'
  readonly message: string
}

/** Those to which no request of ours would ever be made. What has been registered before is no matter of this change. */
export const unreachableUris = (
  given: RequestedUris,
  before: RequestedUris,
  allowedHosts: readonly string[],
): UnreachableUri[] =>
  (['jwks_uri', 'backchannel_logout_uri', 'request_uris'] as const).flatMap((field) => {
    const kept = listed(before[field])
    return listed(given[field])
      .filter((uri) => !kept.includes(uri))
      .flatMap((uri): UnreachableUri[] => {
        const problem = outboundUrlProblem(uri, allowedHosts)
        const which = field === 'request_uris' ? `“${uri.slice(0, 200)}” ` : ''
        return problem === undefined
          ? []
          : [{ field, code: 'uri_unreachable', message: `${which}${problem}.` }]
      })
  })

const listed = (uris: string | readonly string[] | undefined): readonly string[] =>
  uris === undefined ? [] : [uris].flat()
