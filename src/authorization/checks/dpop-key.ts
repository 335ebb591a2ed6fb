import { invalidRequest, OAuthError } from '../../protocol/error.ts'
import type { Confirmation } from '../../protocol/grant-terms.ts'
import { type Parameters, parametersRecord, readParameters } from '../../protocol/parameters.ts'

/** RFC 9449 §10: the key that the code will be bound to. @throws OAuthError invalid_request */
export const checkDpopKey = (parameters: Parameters): Confirmation | undefined => {
  const jkt = parameters.get('dpop_jkt')
  if (jkt === undefined) return undefined
  // RFC 7638 §3: SHA-256 in base64url.
  if (!/^[A-Za-z0-9_-]{43}$/.test(jkt)) {
    throw invalidRequest('dpop_jkt must be the SHA-256 thumbprint of a key: 43 characters of base64url.')
  }
  return { jkt }
}

/**
 * RFC 9449 §10.1: the parameters of a pushed request, with the key of the DPoP proof that came with it.
 *
 * @throws OAuthError
 */
export const withProvedKey = (parameters: Parameters, jkt: string | undefined): Parameters => {
  if (jkt === undefined) return parameters
  const named = parameters.get('dpop_jkt')
  // RFC 9449 §10.1: if both are there they must be the same key.
  if (named !== undefined && named !== jkt) {
    throw new OAuthError(
      'invalid_dpop_proof',
      'dpop_jkt is not the key of the DPoP proof.',
      'DPoP: dpop_jkt is another key',
    )
  }
  return readParameters({ ...parametersRecord(parameters), dpop_jkt: jkt })
}
