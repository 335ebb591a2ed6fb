import { invalidRequest, OAuthError } from './error.ts'
import { isPlainText } from './plain-text.ts'

/** One non-empty value per name. */
export type Parameters = ReadonlyMap<string, string> & { readonly resources: readonly string[] }

/** Longest value of any one parameter; the longest sensible one is a signed request object. */
const MAXIMUM_VALUE_LENGTH = 16_384

class ParameterMap extends Map<string, string> {
  readonly resources: string[] = []
}

/** The well-formed parameters, and the first thing that is wrong with the others. */
export interface CollectedParameters {
  readonly parameters: Parameters
  readonly problem: OAuthError | undefined
  /** Names that were sent, but not in a way that they could be read. */
  readonly malformed: ReadonlySet<string>
}

/**
 * The parameters of a query or form, as the object a parser makes of it (a repeated name is an array). What is
 * malformed is left out and named as the problem: at the authorization endpoint even that is told to the client.
 */
export const collectParameters = (source: unknown): CollectedParameters => {
  const parameters = new ParameterMap()
  let problem: OAuthError | undefined
  const malformed = new Set<string>()
  for (const [name, value] of Object.entries(typeof source === 'object' && source !== null ? source : {})) {
    try {
      collect(parameters, name, Array.isArray(value) ? value : [value])
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      problem ??= error
      malformed.add(name)
    }
  }
  return { parameters, problem, malformed }
}

/**
 * The same where nothing malformed is borne.
 *
 * @throws OAuthError invalid_request for a repeated name, a value with a NUL character or one that is too long.
 */
export const readParameters = (source: unknown): Parameters => {
  const { parameters, problem } = collectParameters(source)
  if (problem) throw problem
  return parameters
}

/** The same parameters as a record, from which `readParameters` makes them again. */
export const parametersRecord = (parameters: Parameters): Record<string, string | string[]> => ({
  ...Object.fromEntries(parameters),
  ...(parameters.resources.length > 0 && { resource: [...parameters.resources] }),
})

const collect = (parameters: ParameterMap, name: string, values: readonly unknown[]): void => {
  if (name === 'resource') {
    // RFC 8707 §2: resource may be sent more than once.
    // Deviation from RFC 8693 §2.1: audience may not; in an exchange resource names the same things.
    parameters.resources.push(
      ...values.map((value) => readValue(name, value)).filter((value) => value !== ''),
    )
    return
  }
  // RFC 6749 §3.1, §3.2: request and response parameters must not be included more than once.
  if (values.length > 1)
    throw invalidRequest('A parameter was sent more than once.', `repeated: ${name.slice(0, 64)}`)
  const text = readValue(name, values[0])
  // RFC 6749 §3.1: unrecognized parameters are ignored; this is none, and could not be kept.
  if (!isPlainText(name)) return
  // RFC 6749 §3.1, §3.2: a parameter sent without a value is treated as if it were omitted.
  if (text !== '') parameters.set(name, text)
}

const readValue = (name: string, value: unknown): string => {
  if (typeof value !== 'string')
    throw invalidRequest('A parameter is not text.', `not text: ${name.slice(0, 64)}`)
  if (value.length > MAXIMUM_VALUE_LENGTH) {
    throw invalidRequest('A parameter is too long.', `too long: ${name.slice(0, 64)}`)
  }
  if (!isPlainText(value)) {
    throw invalidRequest('A parameter holds a character that is none.', `no text: ${name.slice(0, 64)}`)
  }
  return value
}
