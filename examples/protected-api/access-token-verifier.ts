import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

/** Who calls, as the access token says. */
export interface Caller {
  readonly kind: 'user' | 'application'
  /** The user's ID, or the application's own. */
  readonly subject: string
  /** The application that called. */
  readonly clientId: string
  readonly organizationId: string | undefined
  readonly scopes: readonly string[]
}

/** The token is not good for us; `message` says which check failed. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken'
}

/**
 * Verifies access tokens here, without asking the server: it publishes its keys, and they are fetched again when a
 * token names one that is not known yet, so a rotation goes by unnoticed.
 */
export const createAccessTokenVerifier = (trust: { readonly issuer: string; readonly audience: string }) => {
  const keys = createRemoteJWKSet(new URL('/oauth2/jwks', trust.issuer))

  /** @throws InvalidToken; anything else means that the keys could not be fetched. */
  return async (token: string): Promise<Caller> => {
    try {
      const { payload } = await jwtVerify<{ client_id: string; org_id?: string; scope?: string }>(
        token,
        keys,
        {
          issuer: trust.issuer,
          // Meant for this environment, not for somebody else's APIs.
          audience: trust.audience,
          // An ID token is signed by the same keys; it is not a key to an API (RFC 9068 §4).
          typ: 'at+jwt',
          algorithms: ['RS256', 'ES256', 'EdDSA'],
          requiredClaims: ['sub', 'client_id', 'exp'],
          clockTolerance: 5,
        },
      )
      const { sub: subject = '', client_id: clientId, org_id: organizationId, scope = '' } = payload
      return {
        // An application that acts for itself is its own subject.
        kind: subject === clientId ? 'application' : 'user',
        subject,
        clientId,
        organizationId,
        scopes: scope.split(' ').filter((token) => token !== ''),
      }
    } catch (error) {
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) {
        throw new InvalidToken(error.message, { cause: error })
      }
      throw error
    }
  }
}
