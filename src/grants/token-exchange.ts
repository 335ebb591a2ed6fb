import { z } from 'zod'
import { allowsScope, type Client } from '../clients/client.ts'
import { invalidTarget } from '../environment/requested-resources.ts'
import { invalidRequest, invalidScope } from '../protocol/error.ts'
import { type Confirmation, isBoundToOtherKey } from '../protocol/grant-terms.ts'
import { loggableScope, missingScopes, parseScope } from '../protocol/scope.ts'
import { fromEpochSeconds } from '../system/clock.ts'
import { readAuthentication } from '../tokens/authentication-claims.ts'
import type { Actor } from '../tokens/exchanged-token.ts'
import { narrowedTarget, type RequestedTarget, type TokenTarget } from '../tokens/target.ts'
import { ACCESS_TOKEN_TYPE } from '../tokens/token-response.ts'
import { type InspectedToken, inspectAccessToken, type TokenVerification } from '../tokens/verify.ts'
import { defineGrant, type Grant } from './grant.ts'

/** Of exchanges of what was exchanged, and of actors that act for actors. */
const MAXIMUM_CHAIN = 5

type UserToken = Extract<InspectedToken, { readonly subject: 'user' }>

/**
 * RFC 8693: an application of the operator has an access token of a user that it was called with, and gets another one to
 * call something else with. Whatever ends the first ends the second, which lasts no longer and allows no more.
 */
export const tokenExchangeGrant = (verification: TokenVerification): Grant => {
  /** RFC 8693 §2.2.2: one that is invalid for any reason, or unacceptable, is invalid_request. */
  const tokenOf = async (
    name: 'subject_token' | 'actor_token',
    token: string,
    type: string | undefined,
    confirmation: Confirmation | undefined,
    now: Date,
  ): Promise<InspectedToken> => {
    // ID tokens are told to anybody, and refresh tokens are nobody's but their client's.
    if (type !== ACCESS_TOKEN_TYPE) {
      throw invalidRequest(`${name}_type must be ${ACCESS_TOKEN_TYPE}.`, `${name}_type is another`)
    }
    const inspected = await inspectAccessToken(verification, token, now)
    if (!inspected) throw invalidRequest(`The ${name} is not valid.`)
    const { cnf } = inspected.claims
    // RFC 9449 §1, RFC 8705 §3: a bound token is worth nothing without its key. Exchanged for one that is bound to another
    // key, or to none, it would be worth something to whoever took it from a log.
    if (cnf && isBoundToOtherKey({ confirmation: cnf }, confirmation)) {
      throw invalidRequest(`The ${name} is bound to a key that this request does not prove.`)
    }
    return inspected
  }

  return defineGrant({
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    parameters: {
      subject_token: z.string(),
      subject_token_type: z.string(),
      requested_token_type: z.string().optional(),
      audience: z.string().optional(),
      scope: z.string().optional(),
      actor_token: z.string().optional(),
      actor_token_type: z.string().optional(),
    },
    exchange: async (parameters, { authenticated, confirmation, requested, now }) => {
      const { client, credentialId } = authenticated
      const { subject_token: subjectToken, actor_token: actorToken } = parameters
      if ((parameters.requested_token_type ?? ACCESS_TOKEN_TYPE) !== ACCESS_TOKEN_TYPE) {
        throw invalidRequest('Only access tokens can be had in exchange.', 'requested_token_type is another')
      }
      // RFC 8693 §2.1: actor_token_type must not be there without an actor_token.
      if (actorToken === undefined && parameters.actor_token_type !== undefined) {
        throw invalidRequest('actor_token_type is there without actor_token.')
      }
      const type = parameters.subject_token_type
      const subject = await tokenOf('subject_token', subjectToken, type, confirmation, now)
      if (subject.subject === 'client') {
        throw invalidRequest(
          'The subject_token is not one of a user.',
          'an application has no need to exchange',
        )
      }
      const actor =
        actorToken === undefined
          ? undefined
          : await tokenOf('actor_token', actorToken, parameters.actor_token_type, confirmation, now)
      const { claims } = subject
      const { grant_id: grantId, sid: consentId } = claims
      if (grantId === undefined || consentId === undefined)
        throw invalidRequest('The subject_token is not valid.')
      const exchangedFrom = [
        ...(claims.exchanged_from ?? []),
        {
          client_id: claims.client_id,
          ...(claims.credential_id && { credential_id: claims.credential_id }),
          jti: claims.jti,
        },
      ]
      const act = actingParty(subject, actor)
      if (exchangedFrom.length > MAXIMUM_CHAIN || depthOf(act) > MAXIMUM_CHAIN) {
        throw invalidRequest('The subject_token was exchanged too often already.')
      }
      return {
        subject: 'exchange',
        client,
        credentialId,
        grantId,
        consentId,
        user: subject.user,
        organizationId: claims.org_id ?? null,
        scopes: exchangedScopes(parseScope(parameters.scope), subject, client),
        target: exchangedTarget(parameters.audience, subject, requested),
        act,
        authentication: readAuthentication({ ...claims }),
        chosenClaims: subject.terms?.chosenClaims,
        exchangedFrom,
        expiresAt: fromEpochSeconds(Math.min(claims.exp, actor?.claims.exp ?? claims.exp)),
      }
    },
  })
}

/** RFC 8693 §4.1: who acts now, and inside it who did before. Without an actor it stays as it was. */
const actingParty = (
  { claims: { act } }: InspectedToken,
  actor: InspectedToken | undefined,
): Actor | undefined =>
  actor ? { sub: actor.claims.sub, client_id: actor.claims.client_id, ...(act && { act }) } : act

const depthOf = (act: Actor | undefined): number => (act ? 1 + depthOf(act.act) : 0)

/** Never more than the subject token gives, nor than the application may have; nothing is to be refreshed. */
const exchangedScopes = (asked: readonly string[], subject: UserToken, client: Client): readonly string[] => {
  const possible = subject.scopes.filter((scope) => scope !== 'offline_access' && allowsScope(client, scope))
  const [added] = missingScopes(asked, possible)
  if (added !== undefined) {
    throw invalidScope(
      `The scope ${added} cannot be had in exchange.`,
      `not to be had: ${loggableScope(added)}`,
    )
  }
  return asked.length > 0 ? asked : possible
}

/** RFC 8693 §2.1: resource and audience name the same things here. */
const exchangedTarget = (
  audience: string | undefined,
  { claims: { authorization_details: authorizationDetails = [] } }: UserToken,
  requested: RequestedTarget,
): TokenTarget => {
  const resources = [...new Set([...requested.resources, ...(audience === undefined ? [] : [audience])])]
  const unknown = resources.find((resource) => !requested.registeredResources.includes(resource))
  if (unknown !== undefined)
    throw invalidTarget(`The audience ${unknown.slice(0, 200)} is not registered here.`)
  // Else it would be for the environment, which the subject token may not have been for.
  if (resources.length === 0) throw invalidTarget('A resource or audience that is registered here is needed.')
  return narrowedTarget({ resources, authorizationDetails }, { ...requested, resources })
}
