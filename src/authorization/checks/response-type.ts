import { invalidRequest, OAuthError } from '../../protocol/error.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import { responseModes, responseTypes } from '../../protocol/response-type.ts'

/** @throws OAuthError */
export const checkResponseType = (parameters: Parameters): void => {
  const responseType = parameters.get('response_type')
  if (responseType === undefined) throw invalidRequest('response_type is missing.')
  if (!(responseTypes as readonly string[]).includes(responseType)) {
    throw new OAuthError('unsupported_response_type', 'Only the response type code is supported.')
  }
  const responseMode = parameters.get('response_mode')
  if (responseMode !== undefined && !(responseModes as readonly string[]).includes(responseMode)) {
    throw invalidRequest('Only the response mode query is supported.')
  }
}
