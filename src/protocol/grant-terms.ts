import type { AuthenticationContextClass } from './authentication-methods.ts'
import type { ChosenClaims } from './consent-option.ts'

/*
 * What an authorization is for beyond its scopes. It is asked for in the authorization request, agreed to, and kept with
 * the code and then with its grant; members that were not asked for are absent.
 */

/** RFC 9396 §2: an object of a type; its other members are the type's. */
export interface AuthorizationDetail {
  readonly type: string
  readonly [member: string]: unknown
}

/** OIDC Core §5.5.1: how one claim is asked for; null asks for it and no more. */
export type ClaimRequest = {
  readonly essential?: boolean
  readonly value?: unknown
  readonly values?: readonly unknown[]
} | null

/** OIDC Core §5.5 */
export interface ClaimsRequest {
  readonly userinfo?: Readonly<Record<string, ClaimRequest>>
  readonly id_token?: Readonly<Record<string, ClaimRequest>>
}

/** RFC 7800 §3.1: the key whose holder alone may use a token (RFC 9449 §6.1: jkt; RFC 8705 §3.1: x5t#S256). */
export type Confirmation = { readonly jkt: string } | { readonly 'x5t#S256': string }

export interface GrantTerms {
  /** RFC 8707 §2: where tokens may be used. */
  readonly resources?: readonly string[]
  /** RFC 9396 */
  readonly authorizationDetails?: readonly AuthorizationDetail[]
  readonly claims?: ClaimsRequest
  /** Those that were asked for: of them the client is told one that was reached (authentication-methods.ts). */
  readonly contextClasses?: readonly AuthenticationContextClass[]
  /** Standalone: what the user chose on the consent page; claims of access tokens. */
  readonly chosenClaims?: ChosenClaims
  /**
   * The key that a code (RFC 9449 §10) or the refresh tokens of a public client (RFC 9449 §5) are bound to. Those of a
   * confidential client are bound to it by its authentication already.
   */
  readonly confirmation?: Confirmation
  /** Of a confidential client whose first tokens were bound to a key: there are no bearer tokens of it. */
  readonly isKeyed?: true
}

/** Whether they need a key that is not the one whose possession was proved. */
export const isBoundToOtherKey = (terms: GrantTerms | null, proved: Confirmation | undefined): boolean => {
  const bound = terms?.confirmation
  // RFC 9449 §5: any key will do, since it is the client that its refresh tokens are bound to; but a thief of them, and of
  // its secret, does not get bearer tokens where the client had none.
  if (bound === undefined) return terms?.isKeyed === true && proved === undefined
  if (proved === undefined) return true
  return 'jkt' in bound
    ? !('jkt' in proved) || proved.jkt !== bound.jkt
    : !('x5t#S256' in proved) || proved['x5t#S256'] !== bound['x5t#S256']
}

/** What is to be kept of them; null if they say nothing. */
export const meaningfulTerms = (terms: GrantTerms): GrantTerms | null => {
  const {
    resources = [],
    authorizationDetails = [],
    claims,
    contextClasses,
    chosenClaims,
    confirmation,
  } = terms
  const meaningful = {
    ...(resources.length > 0 && { resources }),
    ...(authorizationDetails.length > 0 && { authorizationDetails }),
    ...(claims && { claims }),
    ...(contextClasses && { contextClasses }),
    ...(chosenClaims && { chosenClaims }),
    ...(confirmation && { confirmation }),
  }
  return Object.keys(meaningful).length > 0 ? meaningful : null
}
