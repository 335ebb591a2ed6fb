import { allowsResponseType } from '../../clients/response-types.ts'
import { invalidRequest, OAuthError } from '../../protocol/error.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import {
  findResponseType,
  isImplicit,
  type ResponseType,
  supportedResponseModes,
  supportedResponseTypes,
} from '../../protocol/response-type.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { IdentifiedClient } from '../identify-client.ts'
import { answerableMode } from '../response.ts'

/** @throws OAuthError invalid_request, unsupported_response_type, unauthorized_client */
export const checkResponseType = (
  parameters: Parameters,
  { client, target: { redirectUri } }: Pick<IdentifiedClient, 'client' | 'target'>,
  settings: Pick<Settings, 'implicitFlow'>,
): ResponseType => {
  const named = parameters.get('response_type')
  if (named === undefined) throw invalidRequest('response_type is missing.')
  const responseType = findResponseType(named, settings)
  if (responseType === undefined) {
    const supported = supportedResponseTypes(settings).join(', ')
    throw new OAuthError('unsupported_response_type', `The response types are: ${supported}.`)
  }
  // RFC 6749 §4.1.2.1, §4.2.2.1: the client is not authorized to request it by this method.
  if (!allowsResponseType(client, responseType)) {
    throw new OAuthError(
      'unauthorized_client',
      `This application is not registered for the response type ${responseType}.`,
    )
  }
  if (
    answerableMode(parameters.get('response_mode'), { redirectUri, responseType }, settings) === undefined
  ) {
    const supported = supportedResponseModes(settings).join(', ')
    throw invalidRequest(
      `The response modes are ${supported}; ${
        isImplicit(responseType) ? 'no query for tokens, ' : ''
      }no form to a private scheme.`,
    )
  }
  return responseType
}
