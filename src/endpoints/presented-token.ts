import type { FastifyReply, FastifyRequest } from 'fastify'
import { useProof } from '../proof-of-possession/dpop-proof.ts'
import { invalidRequest, OAuthError } from '../protocol/error.ts'
import { readParameters } from '../protocol/parameters.ts'
import { clientSigningAlgorithms } from '../protocol/signing-algorithm.ts'
import { RETRY_AFTER_SECONDS } from '../system/failure-code.ts'
import {
  type AccessToken,
  type TokenPresentation,
  type TokenVerification,
  verifyAccessToken,
} from '../tokens/verify.ts'
import type { CertificateOf } from './client-certificate.ts'
import { checkedProof, hasProof, type ProofEndpoint } from './proof-of-possession.ts'

/*
 * An access token as it comes to a resource of ours: as a bearer token (RFC 6750), perhaps over a connection with the
 * certificate it is bound to (RFC 8705 §3), or with a proof of its key (RFC 9449 §7). And what is said if it does not do.
 */

export interface TokenTaking extends ProofEndpoint {
  readonly certificateOf: CertificateOf
  readonly verification: TokenVerification
}

/**
 * The token of a request, valid now and its holder's; undefined if there is none.
 *
 * @throws OAuthError
 */
export const takeToken = async (
  taking: TokenTaking,
  {
    request,
    reply,
    now,
  }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly now: Date },
): Promise<AccessToken | undefined> => {
  const bearer = bearerToken(request)
  const token = tokenOfScheme(request, 'dpop')
  if (token === undefined) {
    if (bearer === undefined) return undefined
    const certificateThumbprint = taking.certificateOf(request)?.certificate.thumbprint
    return verified(taking, bearer, { scheme: 'Bearer', certificateThumbprint }, now)
  }
  // RFC 6750 §2: not by more than one method.
  if (bearer !== undefined) throw sentTwice()
  const proof = await checkedProof(taking, { request, reply, now }, { accessToken: token })
  const held = await verified(taking, token, { scheme: 'DPoP', jkt: proof.jkt }, now)
  // Last: anybody can make proofs, but not have us keep them.
  await useProof(taking.stores, proof)
  return held
}

const verified = async (
  { verification }: TokenTaking,
  token: string,
  presentation: TokenPresentation,
  now: Date,
): Promise<AccessToken> => {
  const held = await verifyAccessToken(verification, token, presentation, now)
  if (!held) throw new OAuthError('invalid_token', 'The access token is invalid, expired or revoked.')
  return held
}

/** RFC 6750 §2.1, §2.2. @throws OAuthError invalid_request for more than one method (§2). */
const bearerToken = (request: FastifyRequest): string | undefined => {
  const fromHeader = tokenOfScheme(request, 'bearer')
  const fromForm = request.method === 'POST' ? readParameters(request.body).get('access_token') : undefined
  if (fromHeader !== undefined && fromForm !== undefined) throw sentTwice()
  return fromHeader ?? fromForm
}

const sentTwice = (): OAuthError =>
  invalidRequest('The access token was sent twice.', 'two methods for a token')

const schemes = {
  bearer: /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i,
  dpop: /^dpop +([A-Za-z0-9._~+/-]+=*) *$/i,
} as const

const tokenOfScheme = ({ headers }: FastifyRequest, scheme: keyof typeof schemes): string | undefined =>
  schemes[scheme].exec(headers.authorization ?? '')?.[1]

const statuses: Readonly<Record<string, number>> = {
  invalid_token: 401,
  // RFC 9449 §7.1, §9
  invalid_dpop_proof: 401,
  use_dpop_nonce: 401,
  insufficient_scope: 403,
  server_error: 500,
  temporarily_unavailable: 503,
}

/** RFC 9449 §7.1 */
const algs = `algs="${clientSigningAlgorithms.join(' ')}"`

/** RFC 6750 §3.1: without any authentication information no error code in the challenge; RFC 9449 §7.1: both schemes. */
export const askForToken = (reply: FastifyReply, issuer: string): FastifyReply =>
  reply
    .code(401)
    .header('www-authenticate', `Bearer realm="${issuer}", DPoP realm="${issuer}", ${algs}`)
    .send({ error: 'invalid_token', error_description: 'An access token is needed.' })

/** RFC 6750 §3, RFC 9449 §7.1: in the scheme of the request. */
export const sendTokenError = (
  request: FastifyRequest,
  reply: FastifyReply,
  { code, description }: OAuthError,
  issuer: string,
): FastifyReply => {
  const status = statuses[code] ?? 400
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS)
  if (status < 500) {
    const isDpop = tokenOfScheme(request, 'dpop') !== undefined || hasProof(request)
    const scope = code === 'insufficient_scope' ? ', scope="openid"' : ''
    const challenge = `error="${code}", error_description="${description}"${scope}`
    reply.header(
      'www-authenticate',
      isDpop ? `DPoP realm="${issuer}", ${challenge}, ${algs}` : `Bearer realm="${issuer}", ${challenge}`,
    )
  }
  return reply.code(status).send({ error: code, error_description: description })
}
