import type { Client } from '../clients/client.ts'
import { rulesFor } from '../clients/profile.ts'
import { invalidRequest, OAuthError } from '../protocol/error.ts'
import type { Confirmation } from '../protocol/grant-terms.ts'
import { clientSigningAlgorithms } from '../protocol/signing-algorithm.ts'

/*
 * Sender-constrained tokens: to which key the tokens of a request are bound, and whether the client may do without.
 */

/** What a token request has proved. */
export interface ProvedKeys {
  /** By a DPoP proof (RFC 9449). */
  readonly jkt: string | undefined
  /** By the connection (RFC 8705 §3). */
  readonly certificateThumbprint: string | undefined
}

/**
 * The key that the tokens of this request are bound to; undefined if they are bearer tokens.
 *
 * @throws OAuthError if the client must not have those.
 */
export const tokenBinding = (
  client: Client,
  { jkt, certificateThumbprint }: ProvedKeys,
): Confirmation | undefined => {
  const {
    dpop_bound_access_tokens: needsDpop,
    tls_client_certificate_bound_access_tokens: needsCertificate,
  } = client.metadata
  if (jkt !== undefined) return { jkt }
  // RFC 9449 §5.2: a client that registered so must have its requests without a proof rejected.
  if (needsDpop) {
    throw new OAuthError('invalid_dpop_proof', 'The DPoP proof is missing or invalid.', 'DPoP: no proof')
  }
  const { requiresBoundTokens } = rulesFor(client)
  // RFC 8705 §3.4: a certificate that merely happens to be there binds nothing.
  if (needsCertificate || requiresBoundTokens) {
    if (certificateThumbprint !== undefined) return { 'x5t#S256': certificateThumbprint }
    // RFC 8705 §3, or the profile
    throw invalidRequest(
      requiresBoundTokens && !needsCertificate
        ? 'Tokens of this application are bound to a key: send a DPoP proof, or use a client certificate.'
        : 'Tokens of this application are bound to its client certificate, which is missing.',
      'no key to bind the tokens to',
    )
  }
  return undefined
}

/** By what the proofs of a client may be signed. */
export const proofAlgorithms = (client: Client | undefined): readonly string[] =>
  client ? rulesFor(client).signingAlgorithms : clientSigningAlgorithms
