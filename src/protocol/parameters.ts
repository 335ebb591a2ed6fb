import { invalidRequest } from './error.ts'

/** One non-empty value per name. */
export type Parameters = ReadonlyMap<string, string> & { readonly resources: readonly string[] }

/** Longest value of any one parameter; the longest sensible one is a signed request object. */
const MAXIMUM_VALUE_LENGTH = 16_384

class ParameterMap extends Map<string, string> {
  readonly resources: string[] = []
}

/**
 * The parameters of a query or form, as pairs or as the object a form parser gives (a repeated name is an array).
 *
 * @throws OAuthError invalid_request for a repeated name, a value with a NUL character or one that is too long.
 */
export const readParameters = (source: unknown): Parameters => {
  const parameters = new ParameterMap()
  if (typeof source !== 'object' || source === null) return parameters
  for (const [name, value] of Object.entries(source)) {
    const values: unknown[] = Array.isArray(value) ? value : [value]
    if (name === 'resource') {
      // RFC 8707 §2: resource is the one parameter that may be sent more than once.
      for (const resource of values) {
        const text = readValue(name, resource)
        if (text !== '') parameters.resources.push(text)
      }
      continue
    }
    // RFC 6749 §3.1, §3.2: request and response parameters must not be included more than once.
    if (values.length > 1)
      throw invalidRequest('A parameter was sent more than once.', `repeated: ${name.slice(0, 64)}`)
    const text = readValue(name, values[0])
    // RFC 6749 §3.1, §3.2: a parameter sent without a value is treated as if it were omitted.
    if (text !== '') parameters.set(name, text)
  }
  return parameters
}

const readValue = (name: string, value: unknown): string => {
  if (typeof value !== 'string')
    throw invalidRequest('A parameter is not text.', `not text: ${name.slice(0, 64)}`)
  if (value.length > MAXIMUM_VALUE_LENGTH) {
    throw invalidRequest('A parameter is too long.', `too long: ${name.slice(0, 64)}`)
  }
  // RFC 6749 Appendix A allows no control characters; NUL would not fit into a text column either.
  if (value.includes('\0'))
    throw invalidRequest('A parameter holds a NUL character.', `NUL: ${name.slice(0, 64)}`)
  return value
}
