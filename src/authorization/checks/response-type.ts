import { invalidRequest, OAuthError } from '../../protocol/error.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import { responseModes, responseTypes } from '../../protocol/response-type.ts'
import { answerableMode, type ResponseTarget } from '../response.ts'

/** @throws OAuthError */
export const checkResponseType = (parameters: Parameters, { redirectUri }: ResponseTarget): void => {
  const responseType = parameters.get('response_type')
  if (responseType === undefined) throw invalidRequest('response_type is missing.')
  if (!(responseTypes as readonly string[]).includes(responseType)) {
    throw new OAuthError('unsupported_response_type', 'Only the response type code is supported.')
  }
  if (answerableMode(parameters.get('response_mode'), redirectUri) === undefined) {
    throw invalidRequest(`The response modes are ${responseModes.join(', ')}; no form to a private scheme.`)
  }
}
