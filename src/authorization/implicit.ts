import type { Client } from '../clients/client.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { OAuthError } from '../protocol/error.ts'
import type { ConsentId } from '../protocol/identifiers.ts'
import { hasAccessToken } from '../protocol/response-type.ts'
import type { UserAuthorization } from '../tokens/authorization.ts'
import { issueIdToken, issueTokens, type TokenIssuing } from '../tokens/issue.ts'
import { type GrantLifetimes, newGrant } from '../tokens/new-grant.ts'
import { everythingGranted } from '../tokens/requested-target.ts'
import { narrowedTarget } from '../tokens/target.ts'
import type { TokenResponse } from '../tokens/token-response.ts'
import { answeringOnce, type Completion, type DecidedFacts, grantOf } from './complete.ts'
import type { BrowserRequest } from './request.ts'

/*
 * OIDC Core §3.2: tokens as the answer to an authorization request. The grant they stand on comes into being by the
 * statement that redeems codes, without a code, and they are made by the mint that makes all others. No client proves who
 * it is, so they name no credential.
 */

export interface ImplicitIssuing extends Completion {
  readonly tokenIssuing: TokenIssuing
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  readonly grantLifetimes: () => Promise<GrantLifetimes>
  readonly clientUsed: (client: Client, now: Date) => void
  readonly consentUsed: (id: ConsentId, now: Date) => void
}

/** OIDC Core §3.2.2.5 */
export type ImplicitResponse = TokenResponse | Required<Pick<TokenResponse, 'id_token'>>

/**
 * @returns undefined if what the user answered was used before, and each time needs its own.
 * @throws OAuthError access_denied; invalid_request_uri if another authorization was completed with the same pushed
 *   request.
 */
export const issueWithoutCode = async (
  issuing: ImplicitIssuing,
  request: BrowserRequest,
  facts: DecidedFacts,
  now: Date,
): Promise<ImplicitResponse | undefined> => {
  const { client, responseType } = request
  const { tokenIssuing, grantLifetimes, environment, clientUsed, consentUsed } = issuing
  const implicit = {
    ...(await grantOf(issuing, request, facts, now)),
    applicationId: client.id,
    // The checks see to it that there is one.
    nonce: request.nonce ?? '',
  }
  const grant = newGrant(client, await grantLifetimes(), undefined, now)
  const target = narrowedTarget(implicit.terms, everythingGranted(client, await environment.current()))
  const granted = await answeringOnce(issuing, request, facts, now, async ({ implicitGrants }) => {
    const issued = await implicitGrants.issue(implicit, grant, now)
    if (issued) return issued
    throw new OAuthError('access_denied', 'The consent, the session or the membership has ended.')
  })
  if (!granted) return undefined
  clientUsed(client, now)
  consentUsed(granted.consentId, now)
  const authorization: UserAuthorization = {
    ...granted,
    subject: 'user',
    client,
    credentialId: undefined,
    target,
    refreshToken: undefined,
  }
  return hasAccessToken(responseType)
    ? issueTokens(tokenIssuing, authorization, undefined, now)
    : { id_token: await issueIdToken(tokenIssuing, authorization, now) }
}

/** RFC 6749 §4.2.2, RFC 9396 §7: what is not text becomes the text of its JSON. */
export const implicitParameters = (issued: ImplicitResponse): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(issued).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
