import { decodeJwt } from 'jose'
import type { Client } from '../clients/client.ts'
import { rulesFor } from '../clients/profile.ts'
import { invalidClient } from '../protocol/error.ts'
import { paths } from '../protocol/paths.ts'
import { addSeconds, fromEpochSeconds, toEpochSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import type { ClientAuthentication, MessageMethod, ProofAttempt } from './method.ts'

/** RFC 7523 §2.2 */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** draft-ietf-oauth-rfc7523bis §4: what an assertion may be typed as, if it says so. */
const TYPE = 'client-authentication+jwt'

/** Seconds. What is good for longer would have to be remembered for longer. */
const MAXIMUM_LIFETIME = 3600
/** Seconds that an assertion is taken beyond its end, and before its beginning: clocks differ. */
const TOLERANCE = { late: 10, early: 60 }
const MAXIMUM_JTI_LENGTH = 256

/** RFC 7523 §2.2, §3, OIDC Core §9: an assertion about itself that the client signed for this server, once. */
export const privateKeyJwt: MessageMethod = {
  name: 'private_key_jwt',
  isIn: ({ form }) => form.has('client_assertion') || form.has('client_assertion_type'),
  presentIn: ({ form }) => {
    const assertion = form.get('client_assertion')
    if (form.get('client_assertion_type') !== ASSERTION_TYPE)
      throw invalidClient('client_assertion_type is not that of a JWT')
    const clientId = assertion === undefined ? undefined : claimedSubject(assertion)
    if (assertion === undefined || clientId === undefined) {
      throw invalidClient('client_assertion is not a JWT with a subject')
    }
    // RFC 7521 §4.2: client_id is unnecessary; if it is there it must be that of the assertion.
    if ((form.get('client_id') ?? clientId) !== clientId) {
      throw invalidClient('client_id differs from the subject of the assertion')
    }
    return { clientId, proof: assertion }
  },

  proves: async (authentication, attempt) => {
    const { client, presented } = attempt
    if (client.isPublic) throw invalidClient('a public client has no keys to prove itself by')
    const verified = await authentication.clientKeys.verifyClientJwt(client, presented.proof ?? '', {
      algorithms: assertionAlgorithms(client),
      type: TYPE,
    })
    if (!verified)
      throw invalidClient('the assertion is not signed by a key of the client, or not as it must')
    const { payload } = verified
    const problem = claimsProblem(payload, authentication, attempt)
    if (problem !== undefined) throw invalidClient(`client_assertion: ${problem}`)
    // RFC 7523 §3 (7): a jti is taken once, marked only now, so that nobody else can use it up.
    const mark = sha256(JSON.stringify(['client_assertion', client.id, payload['jti']]))
    const gone = addSeconds(fromEpochSeconds(Math.ceil(Number(payload['exp']))), TOLERANCE.late)
    if (!(await authentication.stores.seenOnce.mark(mark, gone))) {
      throw invalidClient('client_assertion: its jti was used before')
    }
    return { credentialId: undefined }
  },
}

/** RFC 7523 §3 (2b): the client ID, as the assertion has it; nobody has verified it yet. */
const claimedSubject = (assertion: string): string | undefined => {
  try {
    const { sub } = decodeJwt(assertion)
    return typeof sub === 'string' ? sub : undefined
  } catch {
    return undefined
  }
}

/** OIDC Registration §2: what it registered, of what its profile allows. */
const assertionAlgorithms = (client: Client): readonly string[] => {
  const registered = client.metadata.token_endpoint_auth_signing_alg
  const { signingAlgorithms } = rulesFor(client)
  return signingAlgorithms.filter((algorithm) => registered === undefined || algorithm === registered)
}

const claimsProblem = (
  claims: Readonly<Record<string, unknown>>,
  authentication: ClientAuthentication,
  { client, presentation, now }: ProofAttempt,
): string | undefined => {
  const { iss, sub, exp, nbf, iat, jti } = claims
  // RFC 8725 §3.12, RFC 9101 §10.8: each of those has one, and travels through browsers, where others read it.
  if (Object.hasOwn(claims, 'response_type')) return 'it is a request object'
  // RFC 7523 §3 (1), (2b): issuer and subject are the client.
  if (iss !== client.clientId || sub !== client.clientId) return 'iss or sub is not the client'
  if (!isForUs(claims['aud'], client, authentication, presentation.path)) return 'aud is not this server'
  // RFC 7523 §3 (4): it must have an end, which must not have passed.
  if (!isNumericDate(exp)) return 'exp is missing'
  const seconds = toEpochSeconds(now)
  if (exp + TOLERANCE.late <= seconds) return 'it has expired'
  if (exp > seconds + MAXIMUM_LIFETIME + TOLERANCE.early) return 'exp is too far ahead'
  // RFC 7523 §3 (5), (6)
  for (const [name, instant] of Object.entries({ nbf, iat })) {
    if (instant !== undefined && !isNumericDate(instant)) return `${name} is not a time`
    if (instant !== undefined && instant > seconds + TOLERANCE.early) return `${name} is in the future`
  }
  // OIDC Core §9: jti is required.
  if (typeof jti !== 'string' || jti === '' || jti.length > MAXIMUM_JTI_LENGTH) return 'jti is missing'
  return undefined
}

const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e12

const isForUs = (
  aud: unknown,
  client: Client,
  { origins }: Pick<ClientAuthentication, 'origins'>,
  path: string,
): boolean => {
  const [issuer] = origins
  if (rulesFor(client).takesIssuerAloneAsAudience) return aud === issuer
  // RFC 7523 §3 (3), OIDC Core §9, RFC 9126 §2: the issuer, the token endpoint, or the endpoint that was called.
  const ours: readonly unknown[] = [
    issuer,
    ...origins.flatMap((origin) => [origin + paths.token, origin + path]),
  ]
  return Array.isArray(aud) ? aud.some((value) => ours.includes(value)) : ours.includes(aud)
}
