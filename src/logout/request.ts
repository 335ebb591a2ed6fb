import type { Client } from '../clients/client.ts'
import { type Fact, found, registered, sent } from '../protocol/fact.ts'
import type { Parameters } from '../protocol/parameters.ts'
import {
  findPostLogoutRedirectUri,
  type PostLogoutRedirectUri,
} from '../protocol/post-logout-redirect-uri.ts'
import { parseUiLocales } from '../protocol/prompt.ts'
import { nearMissFacts } from '../protocol/uri-difference.ts'
import type { SessionRecord } from '../storage/stores/sessions.ts'
import { namesSession, type SidOf } from '../tokens/sid.ts'
import { namesUser, type SubjectOf } from '../tokens/subject.ts'
import { type IdTokenHint, readIdTokenHint, type TokenVerification } from '../tokens/verify.ts'

/*
 * Logout: what an application asks for, and whom the end of a session is told to, in the user's browser and behind it.
 * The pages are in interaction/logout.ts; that applications are told is written in the statement that ends a session
 * (storage/stores/sessions.ts).
 */

/** OIDC RP-Initiated Logout §2, as far as what it says has been verified. */
export interface LogoutRequest {
  /** Who asks; undefined if it did not say, which anybody may. */
  readonly client: Client | undefined
  /** Whom it means. Undefined for a hint that says nothing: then the user is asked, as if there were none. */
  readonly hint: IdTokenHint | undefined
  /** Where the user goes when they have signed out. */
  readonly target: LogoutTarget | undefined
  readonly uiLocales: readonly string[]
}

export interface LogoutTarget {
  readonly redirectUri: PostLogoutRedirectUri
  readonly state: string | undefined
}

export type ParsedLogoutRequest =
  | { readonly outcome: 'request'; readonly request: LogoutRequest }
  | {
      readonly outcome: 'refused'
      readonly kind: 'unknownApplication' | 'untrustedReturnAddress' | 'malformedRequest'
      readonly reason: string
      /** For the developer, where they may see it. */
      readonly facts: readonly Fact[]
      readonly about?: Client | undefined
    }

export interface LogoutRequestReading {
  readonly findClient: (clientId: string) => Promise<Client | undefined>
  readonly verification: Pick<TokenVerification, 'issuer' | 'keyOf'>
}

type Refusal = Extract<ParsedLogoutRequest, { outcome: 'refused' }>

const refused = (
  kind: Refusal['kind'],
  reason: string,
  facts: Refusal['facts'],
  about?: Client,
): Refusal => ({
  outcome: 'refused',
  kind,
  reason,
  facts,
  about,
})

/**
 * OIDC RP-Initiated Logout §2, §4. `logout_hint` is not looked at: whoever the user is, they are asked.
 *
 * A hint that cannot be verified is not used (§4), and nothing is refused for it: people come back with one whose key is
 * long gone, and mean to sign out all the same.
 */
export const parseLogoutRequest = async (
  { findClient, verification }: LogoutRequestReading,
  parameters: Parameters,
): Promise<ParsedLogoutRequest> => {
  const token = parameters.get('id_token_hint')
  const hint = token === undefined ? undefined : await readIdTokenHint(verification, token)
  const named = parameters.get('client_id')
  // OIDC RP-Initiated Logout §2: when both are there, the token must have been issued to that client.
  if (named !== undefined && hint !== undefined && hint.clientId !== named) {
    return refused('malformedRequest', 'client_id is not the client that id_token_hint was issued to', [
      sent('client_id', named),
      found('client_id of id_token_hint', hint.clientId),
    ])
  }
  const clientId = named ?? hint?.clientId
  const client = clientId === undefined ? undefined : await findClient(clientId)
  // A hint of an application that was deleted since names nobody to anybody.
  if (named !== undefined && client === undefined) {
    return refused('unknownApplication', 'unknown client_id', [sent('client_id', named)])
  }

  const requested = parameters.get('post_logout_redirect_uri')
  // OIDC RP-Initiated Logout §3: nowhere but where a client that is known has registered.
  const redirectUri =
    requested === undefined ? undefined : client && findPostLogoutRedirectUri(requested, client)
  if (requested !== undefined && redirectUri === undefined) {
    return refused(
      'untrustedReturnAddress',
      client
        ? 'post_logout_redirect_uri is not registered'
        : 'post_logout_redirect_uri without a client_id, or an id_token_hint that can be verified',
      [
        sent('client_id', clientId),
        sent('post_logout_redirect_uri', requested),
        registered('post_logout_redirect_uris', client?.metadata.post_logout_redirect_uris ?? []),
        ...nearMissFacts(requested, client?.metadata.post_logout_redirect_uris ?? []),
      ],
      client,
    )
  }
  return {
    outcome: 'request',
    request: {
      client,
      hint: client && hint,
      target: redirectUri && { redirectUri, state: parameters.get('state') },
      uiLocales: parseUiLocales(parameters.get('ui_locales')),
    },
  }
}

/** What users and sessions are called to a client. */
export interface Naming {
  readonly subjectOf: SubjectOf
  readonly sidOf: SidOf
}

/**
 * Whether the session that is to end is the one the application means, so that nobody need be asked (OIDC RP-Initiated
 * Logout §2: the hint's user, and the session it was issued in, are those of this browser). An ID token that leaked ends
 * no other.
 */
export const isSessionMeant = (
  { client, hint }: Pick<LogoutRequest, 'client' | 'hint'>,
  session: Pick<SessionRecord, 'id' | 'userId'>,
  { subjectOf, sidOf }: Naming,
): boolean =>
  client !== undefined &&
  hint !== undefined &&
  namesUser(subjectOf, hint.subject, client, session.userId) &&
  (hint.sid === undefined || namesSession(sidOf, hint.sid, client, session.id))

/** OIDC RP-Initiated Logout §3: with the state, if there was one, and nothing else. */
export const postLogoutLocation = ({ redirectUri, state }: LogoutTarget): string =>
  state === undefined
    ? redirectUri
    : `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
