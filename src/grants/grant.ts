import { z } from 'zod'
import type { AuthenticatedClient } from '../client-authentication/method.ts'
import { invalidRequest } from '../protocol/error.ts'
import type { Confirmation } from '../protocol/grant-terms.ts'
import type { GrantType } from '../protocol/grant-type.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { Authorization } from '../tokens/authorization.ts'
import type { RequestedTarget } from '../tokens/target.ts'

/** Who asks, and when. */
export interface TokenRequest {
  readonly authenticated: AuthenticatedClient
  /** The key whose possession was proved with the request, to which its tokens are bound. */
  readonly confirmation: Confirmation | undefined
  /** What it asks for beyond scopes. */
  readonly requested: RequestedTarget
  /**
   * RFC 9449 §11.1: takes the proof that came with it, which is good once; the second time and without one nothing happens.
   * The endpoint has called it where isHeld is true. Where that can become true meanwhile the grant calls it, before it uses
   * up what the client comes with.
   *
   * @throws OAuthError invalid_dpop_proof
   */
  readonly useProof: () => Promise<void>
  readonly now: Date
}

/**
 * A grant proves a right to tokens. It never authenticates the client, never mints an access token and never writes
 * an answer; the token endpoint does, for all of them alike.
 *
 * @throws OAuthError if there is no such right; what the refusal has to change is changed by then.
 */
export interface Grant {
  readonly grantType: GrantType
  exchange(form: Parameters, request: TokenRequest): Promise<Authorization>
  /**
   * Whether there is what the client comes with, and it is the client's, as far as that can be known without using it up.
   * Writes nothing.
   */
  isHeld(form: Parameters, request: TokenRequest): Promise<boolean>
}

/** Closes over the schema of the grant's parameters, so that its body sees only those, typed. */
export const defineGrant = <Shape extends z.ZodRawShape>(definition: {
  readonly grantType: GrantType
  readonly parameters: Shape
  readonly exchange: (
    parameters: z.output<z.ZodObject<Shape>>,
    request: TokenRequest,
  ) => Promise<Authorization>
  /** May be left out by grants that are for nobody but clients that prove who they are. */
  readonly isHeld?: (parameters: z.output<z.ZodObject<Shape>>, request: TokenRequest) => Promise<boolean>
}): Grant => {
  const schema = z.object(definition.parameters)
  const read = (form: Parameters): z.output<z.ZodObject<Shape>> => {
    const parsed = schema.safeParse(Object.fromEntries(form))
    if (parsed.success) return parsed.data
    // RFC 6749 §5.2: invalid_request when a required parameter is missing.
    const name = String(parsed.error.issues[0]?.path[0])
    throw invalidRequest(`${name} is missing.`, `missing parameter: ${name}`)
  }
  return {
    grantType: definition.grantType,
    exchange: async (form, request) => definition.exchange(read(form), request),
    isHeld: async (form, request) => definition.isHeld?.(read(form), request) ?? true,
  }
}
