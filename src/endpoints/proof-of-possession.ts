import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PresentedCertificate } from '../client-authentication/method.ts'
import type { Client } from '../clients/client.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { checkDpopProof, type DpopChecking } from '../proof-of-possession/dpop-proof.ts'
import { proofAlgorithms, tokenBinding } from '../proof-of-possession/token-binding.ts'
import { OAuthError } from '../protocol/error.ts'
import type { Confirmation } from '../protocol/grant-terms.ts'

/** What every endpoint takes where somebody may prove to have a key. */
export interface ProofEndpoint {
  readonly dpop: DpopChecking
  readonly environment: Pick<EnvironmentRegistry, 'current'>
}

interface Proving {
  readonly request: FastifyRequest
  /** Told of the nonce to use next (RFC 9449 §8). */
  readonly reply: FastifyReply
  readonly now: Date
}

/**
 * RFC 9449 §4.3: the key of the DPoP proof of a request.
 *
 * @throws OAuthError invalid_dpop_proof, use_dpop_nonce
 */
export const provedKey = async (
  { dpop, environment }: ProofEndpoint,
  { request, reply, now }: Proving,
  { client, accessToken }: { readonly client?: Client; readonly accessToken?: string },
): Promise<string> => {
  const { settings } = await environment.current()
  const needsNonce = settings.dpopNonce === 'required'
  const giveNonce = () => reply.header('dpop-nonce', dpop.nonces.current(now))
  try {
    const { jkt, hasNonce } = await checkDpopProof(
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
    if (hasNonce || needsNonce) giveNonce()
    return jkt
  } catch (error) {
    if (error instanceof OAuthError && error.code === 'use_dpop_nonce') giveNonce()
    throw error
  }
}

/** As they were sent: headers of one name are joined otherwise. */
const proofsOf = ({ raw }: FastifyRequest): readonly string[] => raw.headersDistinct['dpop'] ?? []

export const hasProof = ({ headers }: FastifyRequest): boolean => headers['dpop'] !== undefined

/**
 * The key that the tokens of a request are bound to.
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
): Promise<Confirmation | undefined> => {
  const jkt = hasProof(proving.request) ? await provedKey(endpoint, proving, { client }) : undefined
  return tokenBinding(client, { jkt, certificateThumbprint: certificate?.certificate.thumbprint })
}

/**
 * RFC 9449 §10.1: a proof with a pushed request says the same as dpop_jkt in it.
 *
 * @returns the key to bind the code to; undefined without a proof.
 * @throws OAuthError
 */
export const pushedKey = async (
  endpoint: ProofEndpoint,
  proving: Proving,
  client: Client,
): Promise<string | undefined> =>
  hasProof(proving.request) ? provedKey(endpoint, proving, { client }) : undefined
