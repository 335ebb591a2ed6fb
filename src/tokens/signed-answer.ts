import type { Client } from '../clients/client.ts'
import { introspectionSigningAlgorithm } from '../clients/profile.ts'
import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import { toEpochSeconds } from '../system/clock.ts'
import type { Introspection } from './introspect.ts'
import type { SignJwt } from './issue.ts'
import type { UserinfoClaims } from './userinfo-claims.ts'

/*
 * Answers that whoever got them can show to others: signed, with whom they are for.
 */

export interface SignedAnswers {
  readonly issuer: string
  readonly signJwt: SignJwt
}

/**
 * OIDC Core §5.3.2: iss and aud beside the claims. Neither exp nor client_id, so that it is neither an ID token nor an
 * access token of ours, whatever its `typ` (RFC 8725 §2.8).
 */
export const signedUserinfo = (
  { issuer, signJwt }: SignedAnswers,
  { clientId, algorithm }: { readonly clientId: string; readonly algorithm: SigningAlgorithm },
  claims: UserinfoClaims,
): Promise<string> => signJwt({ algorithm, type: 'JWT', claims: { ...claims, iss: issuer, aud: clientId } })

/**
 * RFC 9701 §5: the answer is one claim, so that it cannot pass for a token of its own; there is no sub and no exp at the
 * top (§8.1). The client that asked is the audience.
 */
export const signedIntrospection = (
  { issuer, signJwt }: SignedAnswers,
  client: Pick<Client, 'clientId' | 'metadata'>,
  answer: Introspection,
  now: Date,
): Promise<string> =>
  signJwt({
    algorithm: introspectionSigningAlgorithm(client),
    type: 'token-introspection+jwt',
    claims: { iss: issuer, aud: client.clientId, iat: toEpochSeconds(now), token_introspection: answer },
  })
