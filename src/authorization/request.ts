import type { Client } from '../clients/client.ts'
import { type Asked, asksEveryTime, lastingPart } from '../consents/coverage.ts'
import type { DecidedDevice } from '../device-authorization/decide.ts'
import type { UserCode } from '../device-authorization/user-code.ts'
import type { Environment } from '../environment/environment-registry.ts'
import { loginUriOf } from '../environment/login-uri-of.ts'
import { supportedPrompts } from '../environment/prompts.ts'
import type { ContextDemand } from '../protocol/authentication-methods.ts'
import { parseClaimsRequest, scopesOfClaims } from '../protocol/claims-request.ts'
import { OAuthError } from '../protocol/error.ts'
import type { GrantTerms } from '../protocol/grant-terms.ts'
import type { OrganizationId } from '../protocol/identifiers.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { type Prompt, parseMaxAge, parsePrompt, parseUiLocales } from '../protocol/prompt.ts'
import { isImplicit, type ResponseType } from '../protocol/response-type.ts'
import type { ArrivedRequest, Provenance } from './arrival.ts'
import { checkArrival } from './checks/arrival.ts'
import { checkContextClasses } from './checks/context-classes.ts'
import { checkDpopKey } from './checks/dpop-key.ts'
import { checkImplicit } from './checks/implicit.ts'
import { checkOrganization } from './checks/organization.ts'
import { checkCodeChallenge } from './checks/pkce.ts'
import { checkResponseType } from './checks/response-type.ts'
import { checkScope } from './checks/scope.ts'
import { checkTerms } from './checks/terms.ts'
import type { IdentifiedClient } from './identify-client.ts'
import { optionalScopesOf } from './optional-scopes.ts'

/**
 * An authorization request that passed every check that does not depend on the user. Where it is from is where its
 * answer goes: only one of a browser has anywhere to be redirected to.
 */
export type AuthorizationRequest = BrowserRequest | DeviceRequest

/** What is asked of a user, from wherever. */
interface RequestOfUser {
  readonly client: Client
  readonly scopes: readonly string[]
  /** What is asked for beyond scopes. */
  readonly terms: GrantTerms
  /** What its user must have agreed to, now or before. */
  readonly agreement: Asked
  /** What of its scopes they may leave out. */
  readonly optionalScopes: readonly string[]
  /** There is something among the terms that users agree to each time anew. */
  readonly asksEveryTime: boolean
  readonly prompts: readonly Prompt[]
  readonly maxAgeSeconds: number | undefined
  readonly loginHint: string | undefined
  /** What the sign-in is to amount to. */
  readonly contextDemand: ContextDemand | undefined
  /** Language tags, the preferred first; not verified to be any. */
  readonly uiLocales: readonly string[]
  /** An ID token of ours, not verified yet. */
  readonly idTokenHint: string | undefined
  /** The organization to act for, if the client has one in mind. */
  readonly organizationId: OrganizationId | undefined
  /** Standalone: the page of the operator's own at which its user signs in; null: here. */
  readonly loginUri: string | null
}

/** RFC 6749 §4.1.1: the application sent the user's browser here, and gets its answer by it. */
export interface BrowserRequest extends RequestOfUser, IdentifiedClient {
  readonly from: 'browser'
  readonly provenance: Provenance
  readonly responseType: ResponseType
  readonly nonce: string | undefined
  readonly codeChallenge: string | undefined
}

/** RFC 8628 §3.3: a device waits elsewhere, and asks by itself what became of it. */
export interface DeviceRequest extends RequestOfUser {
  readonly from: 'device'
  readonly device: DecidedDevice & {
    readonly userCode: UserCode
    readonly createdAt: Date
  }
}

/**
 * The checks whose failure goes back to the client, in the order in which they are made. Each of more than a line is a
 * file of checks/.
 *
 * @throws OAuthError
 */
export const parseAuthorizationRequest = (
  identified: IdentifiedClient,
  { parameters, provenance }: ArrivedRequest,
  environment: Pick<Environment, 'settings' | 'resources' | 'loginUris'>,
): BrowserRequest => {
  refuseUnsupported(parameters)
  const responseType = checkResponseType(parameters, identified, environment.settings)
  checkArrival(identified, provenance, environment.settings)
  const { client } = identified
  const asked = checkScope(parameters, client)
  // OIDC Core §3.1.2.1: without openid it is no OpenID Connect request, and claims is a parameter that is not known.
  const claims = asked.includes('openid') ? parseClaimsRequest(parameters.get('claims')) : undefined
  const organizationId = checkOrganization(parameters)
  const loginUri = loginUriOf(environment, { client, organizationId })
  const contextDemand = checkContextClasses(
    parameters,
    claims,
    client,
    environment.settings,
    loginUri === null,
  )
  if (isImplicit(responseType)) checkImplicit(parameters, identified, { responseType, scopes: asked, claims })
  // OIDC Core §11: offline_access is ignored where there is no code.
  const scopes = isImplicit(responseType) ? asked.filter((scope) => scope !== 'offline_access') : asked
  const confirmation = checkDpopKey(parameters)
  const terms: GrantTerms = {
    ...(claims && { claims }),
    ...(contextDemand && { contextClasses: contextDemand.contextClasses }),
    ...(confirmation && { confirmation }),
    ...checkTerms(parameters, client, environment),
  }
  const agreed = agreementTo({ client, scopes, terms }, environment)
  return {
    ...identified,
    from: 'browser',
    provenance,
    responseType,
    scopes,
    terms,
    ...agreed,
    optionalScopes: optionalScopesOf({ client, terms, ...agreed }, environment.settings),
    // RFC 7636 is about codes.
    codeChallenge: isImplicit(responseType) ? undefined : checkCodeChallenge(parameters, client),
    nonce: parameters.get('nonce'),
    prompts: parsePrompt(parameters.get('prompt'), supportedPrompts(environment.settings, loginUri)),
    // OIDC Registration §2: max_age overrides default_max_age.
    maxAgeSeconds: parseMaxAge(parameters.get('max_age')) ?? client.metadata.default_max_age,
    loginHint: parameters.get('login_hint'),
    contextDemand,
    uiLocales: parseUiLocales(parameters.get('ui_locales')),
    idTokenHint: parameters.get('id_token_hint'),
    organizationId,
    loginUri,
  }
}

/** What is to be agreed to of what is asked for. */
export const agreementTo = (
  { client, scopes, terms }: Pick<RequestOfUser, 'client' | 'scopes' | 'terms'>,
  { settings: { authorizationDetailsTypes: types } }: Pick<Environment, 'settings'>,
): Pick<RequestOfUser, 'agreement' | 'asksEveryTime'> => ({
  agreement: lastingPart({ scopes: scopesToAgreeTo({ scopes, terms }), terms }, client, types),
  asksEveryTime: (terms.authorizationDetails ?? []).some(({ type }) => asksEveryTime(type, types)),
})

/**
 * What its user must have agreed to: the scopes, and those that claims asked for by name belong to. The second are not
 * granted for that: the client is told of these claims and no others.
 */
export const scopesToAgreeTo = ({
  scopes,
  terms,
}: Pick<AuthorizationRequest, 'scopes' | 'terms'>): readonly string[] => [
  ...new Set([...scopes, ...scopesOfClaims(terms.claims)]),
]

const refuseUnsupported = (parameters: Parameters): void => {
  // OIDC Core §7.2.1, §3.1.2.6
  if (parameters.has('registration')) {
    throw new OAuthError('registration_not_supported', 'The registration parameter is not supported.')
  }
}
