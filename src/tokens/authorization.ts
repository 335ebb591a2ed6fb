import type { Client } from '../clients/client.ts'
import type { Profile } from '../protocol/claims.ts'
import type { ChosenClaims } from '../protocol/consent-option.ts'
import type { GrantTerms } from '../protocol/grant-terms.ts'
import type {
  ConsentId,
  CredentialId,
  GrantId,
  OrganizationId,
  SessionId,
  UserId,
} from '../protocol/identifiers.ts'
import type { AuthenticationClaims } from './authentication-claims.ts'
import type { Actor, ExchangedToken } from './exchanged-token.ts'
import type { TokenTarget } from './target.ts'

/** What a client has proved a right to, for itself (RFC 6749 §4.4). */
export interface ClientAuthorization {
  readonly subject: 'client'
  readonly client: Client
  /** Undefined for one that authenticated by a key. */
  readonly credentialId: CredentialId | undefined
  readonly scopes: readonly string[]
  readonly target: TokenTarget
}

/** What a client has proved a right to, in a user's name. */
export interface UserAuthorization {
  readonly subject: 'user'
  readonly client: Client
  readonly credentialId: CredentialId | undefined
  readonly grantId: GrantId
  readonly consentId: ConsentId
  readonly user: Profile & { readonly id: UserId }
  readonly organizationId: OrganizationId | null
  readonly sessionId: SessionId | null
  /** All that its user agrees to by now, whatever of it was granted. */
  readonly consentedScopes: readonly string[]
  /** For this access token: all that was granted, or less if less was asked for. */
  readonly scopes: readonly string[]
  /** For this access token as well. */
  readonly target: TokenTarget
  readonly authenticatedAt: Date
  readonly amr: readonly string[]
  readonly nonce: string | null
  /** Of the whole grant. */
  readonly terms: GrantTerms | null
  /** Made, and kept, with the change that proved the right. */
  readonly refreshToken: string | undefined
}

/** What a client has in exchange for a token of a user (RFC 8693). */
export interface ExchangedAuthorization
  extends Pick<
    UserAuthorization,
    'client' | 'credentialId' | 'grantId' | 'consentId' | 'user' | 'organizationId' | 'scopes' | 'target'
  > {
  readonly subject: 'exchange'
  readonly act: Actor | undefined
  /** As in the token that it was exchanged for. */
  readonly authentication: Partial<AuthenticationClaims>
  /** Standalone: as in the token that it was exchanged for. */
  readonly chosenClaims: ChosenClaims | undefined
  /** What it was exchanged for, the last at the end. */
  readonly exchangedFrom: readonly ExchangedToken[]
  /** At the latest. */
  readonly expiresAt: Date
}

export type Authorization = ClientAuthorization | UserAuthorization | ExchangedAuthorization
