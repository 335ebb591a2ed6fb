import {
  accessTokenSigningAlgorithm,
  idTokenSigningAlgorithm,
  substituteSigningAlgorithm,
} from '../clients/profile.ts'
import type { Confirmation } from '../protocol/grant-terms.ts'
import type { AccessTokenType, IdTokenUserClaims } from '../protocol/settings.ts'
import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import type { Random } from '../system/random.ts'
import { type AccessTokenSettings, accessTokenClaims } from './access-token.ts'
import type { Authorization, ExchangedAuthorization, UserAuthorization } from './authorization.ts'
import { idTokenClaims } from './id-token.ts'
import type { SidOf } from './sid.ts'
import { type Subject, type SubjectOf, subjectOfClient } from './subject.ts'
import type { TemplateClaims } from './template-claims.ts'
import { type TokenResponse, tokenResponse } from './token-response.ts'

/** Signs claims as a JWT with the active key of an algorithm. */
export type SignJwt = (input: {
  readonly algorithm: SigningAlgorithm
  /** Signs in its place as long as verifiers may not know its key yet. */
  readonly substitute?: SigningAlgorithm | undefined
  readonly type: string
  readonly claims: Readonly<Record<string, unknown>>
}) => Promise<string>

export interface TokenIssuing {
  readonly signJwt: SignJwt
  readonly random: Random
  readonly subjectOf: SubjectOf
  readonly sidOf: SidOf
  readonly templateClaims: TemplateClaims
  /** As they are set at the moment. */
  readonly settings: () => Promise<IssuingSettings>
}

export interface IssuingSettings extends AccessTokenSettings {
  readonly algorithm: SigningAlgorithm
  /** RFC 9068 §2.1: at+jwt; some verifiers insist on JWT. */
  readonly type: AccessTokenType
  readonly idTokenSeconds: number
  readonly idTokenClaims: IdTokenUserClaims
}

/**
 * The single mint: what somebody has a right to becomes tokens here, and nowhere else. Writes nothing, and
 * reads nothing but what the operator's template asks for.
 *
 * @param confirmation the key to bind the access token to, whose possession was proved with this request.
 */
export const issueTokens = async (
  { signJwt, random, subjectOf, sidOf, templateClaims, settings: currentSettings }: TokenIssuing,
  authorization: Authorization,
  confirmation: Confirmation | undefined,
  now: Date,
): Promise<TokenResponse> => {
  const settings = await currentSettings()
  const { client } = authorization
  const subject =
    authorization.subject === 'client' ? subjectOfClient(client) : subjectOf(client, authorization.user.id)
  const claims = accessTokenClaims(authorization, { subject, confirmation }, settings, now, random)
  const accessToken = await signJwt({
    algorithm: accessTokenSigningAlgorithm(client, settings.algorithm),
    substitute: substituteSigningAlgorithm(client),
    type: settings.type,
    // Ours last: none can be overridden.
    claims:
      authorization.subject === 'client'
        ? { ...claims }
        : { ...(await templateClaims(authorization)), ...chosenClaimsOf(authorization), ...claims },
  })
  const issued = {
    accessToken,
    expiresInSeconds: claims.exp - claims.iat,
    scopes: authorization.scopes,
    authorizationDetails: authorization.target.authorizationDetails,
    isBoundByDpop: confirmation !== undefined && 'jkt' in confirmation,
  }
  // An ID token says how a user signed in to the application, and a refresh token would outlast what was exchanged.
  if (authorization.subject !== 'user') {
    const isExchanged = authorization.subject === 'exchange'
    return tokenResponse({ ...issued, isExchanged, idToken: undefined, refreshToken: undefined })
  }
  const { refreshToken } = authorization
  // OIDC Core §3.1.2.1: without openid it is a plain OAuth request.
  if (!authorization.scopes.includes('openid'))
    return tokenResponse({ ...issued, idToken: undefined, refreshToken })

  const idToken = await signIdToken(
    { signJwt, sidOf },
    authorization,
    { settings, subject, accessToken },
    now,
  )
  return tokenResponse({ ...issued, idToken, refreshToken })
}

/** Standalone: what the user chose on the consent page. */
const chosenClaimsOf = (authorization: UserAuthorization | ExchangedAuthorization) =>
  authorization.subject === 'user' ? authorization.terms?.chosenClaims : authorization.chosenClaims

/** OIDC Core §3.2: an ID token and nothing else, where nothing else was asked for. */
export const issueIdToken = async (
  { signJwt, subjectOf, sidOf, settings: currentSettings }: TokenIssuing,
  authorization: UserAuthorization,
  now: Date,
): Promise<string> => {
  const settings = await currentSettings()
  const subject = subjectOf(authorization.client, authorization.user.id)
  return signIdToken({ signJwt, sidOf }, authorization, { settings, subject, accessToken: undefined }, now)
}

const signIdToken = (
  { signJwt, sidOf }: Pick<TokenIssuing, 'signJwt' | 'sidOf'>,
  authorization: UserAuthorization,
  {
    settings,
    subject,
    accessToken,
  }: {
    readonly settings: IssuingSettings
    readonly subject: Subject
    readonly accessToken: string | undefined
  },
  now: Date,
): Promise<string> => {
  const { client, sessionId } = authorization
  const algorithm = idTokenSigningAlgorithm(client)
  return signJwt({
    algorithm,
    type: 'JWT',
    claims: idTokenClaims(
      authorization,
      {
        issuer: settings.issuer,
        subject,
        sid: sessionId === null ? undefined : sidOf(client, sessionId),
        seconds: settings.idTokenSeconds,
        userClaimsAre: settings.idTokenClaims,
        accessToken,
        algorithm,
      },
      now,
    ),
  })
}
