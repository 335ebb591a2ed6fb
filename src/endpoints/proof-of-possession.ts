import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PresentedCertificate } from '../client-authentication/method.ts'
import type { Client } from '../clients/client.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { type CheckedProof, checkDpopProof, type DpopChecking } from '../proof-of-possession/dpop-proof.ts'
import { proofAlgorithms, tokenBinding } from '../proof-of-possession/token-binding.ts'
import { OAuthError } from '../protocol/error.ts'
import type { Confirmation } from '../protocol/grant-terms.ts'
import type { Stores } from '../storage/index.ts'

/** What every endpoint takes where somebody may prove to have a key. */
export interface ProofEndpoint {
  readonly dpop: DpopChecking
  readonly stores: Pick<Stores, 'seenOnce'>
  readonly environment: Pick<EnvironmentRegistry, 'current'>
}

interface Proving {
  readonly request: FastifyRequest
  /** Told of the nonce to use next (RFC 9449 §8). */
  readonly reply: FastifyReply
  readonly now: Date
}

/**
 * RFC 9449 §4.3: the DPoP proof of a request, which has yet to be used.
 *
 * @throws OAuthError invalid_dpop_proof, use_dpop_nonce
 */
export const checkedProof = async (
  { dpop, environment }: ProofEndpoint,
  { request, reply, now }: Proving,
  { client, accessToken }: { readonly client?: Client; readonly accessToken?: string },
): Promise<CheckedProof> => {
  const { settings } = await environment.current()
  const needsNonce = settings.dpopNonce === 'required'
  const giveNonce = () => reply.header('dpop-nonce', dpop.nonces.current(now))
  try {
    const proof = await checkDpopProof(
      dpop,
      {
        proofs: proofsOf(request),
        method: request.method,
        path: request.routeOptions.url ?? '',
        accessToken,
        algorithms: proofAlgorithms(client),
        needsNonce,
      },
      now,
    )
    // RFC 9449 §8.2: whoever uses nonces gets the next with the answer.
    if (proof.hasNonce || needsNonce) giveNonce()
    return proof
  } catch (error) {
    if (error instanceof OAuthError && error.code === 'use_dpop_nonce') giveNonce()
    throw error
  }
}

/** As they were sent: headers of one name are joined otherwise. */
const proofsOf = ({ raw }: FastifyRequest): readonly string[] => raw.headersDistinct['dpop'] ?? []

export const hasProof = ({ headers }: FastifyRequest): boolean => headers['dpop'] !== undefined

/**
 * The key that the tokens of a request are bound to, and the proof of it, which has yet to be used.
 *
 * @throws OAuthError
 */
export const bindingOf = async (
  endpoint: ProofEndpoint,
  proving: Proving,
  {
    client,
    certificate,
  }: { readonly client: Client; readonly certificate: PresentedCertificate | undefined },
): Promise<{ readonly confirmation: Confirmation | undefined; readonly proof: CheckedProof | undefined }> => {
  const proof = await proofOfClient(endpoint, proving, client)
  const certificateThumbprint = certificate?.certificate.thumbprint
  return { confirmation: tokenBinding(client, { jkt: proof?.jkt, certificateThumbprint }), proof }
}

/**
 * The proof of a request whose client is known: of a token request, or a pushed one (RFC 9449 §10.1). It has yet to be
 * used, and not before the rest of the request is good: for a public client anybody may send one, and each is a row.
 *
 * @returns undefined without a proof.
 * @throws OAuthError invalid_dpop_proof, use_dpop_nonce
 */
export const proofOfClient = async (
  endpoint: ProofEndpoint,
  proving: Proving,
  client: Client,
): Promise<CheckedProof | undefined> =>
  hasProof(proving.request) ? checkedProof(endpoint, proving, { client }) : undefined
