/*
 * fetch as the script of a page has it (the CORS protocol of the Fetch standard): asks first where a browser would, sends the
 * origin, and hides from the script what the server did not open to it.
 */

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

const SAFE_METHODS = ['GET', 'HEAD', 'POST']
/** CORS-safelisted request-headers. User-Agent is the browser's own business. */
const SAFE_REQUEST_HEADERS = ['accept', 'accept-language', 'content-language', 'user-agent']
const SAFE_CONTENT_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']
/** CORS-safelisted response-header names. */
const SAFE_RESPONSE_HEADERS = [
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]

/** What a browser tells the console; the script learns no more than that it failed. */
export class BlockedByCors extends TypeError {
  override readonly name = 'BlockedByCors'
}

export const crossOriginFetch =
  (origin: string): Fetch =>
  async (url, init = {}) => {
    const { method, headers } = new Request(url, init)
    const unsafe = [...headers.keys()].filter((name) => !isSafe(name, headers.get(name) ?? '')).sort()
    if (!SAFE_METHODS.includes(method) || unsafe.length > 0) await preflight(origin, url, method, unsafe)

    const sent = new Headers(headers)
    sent.set('origin', origin)
    const response = await fetch(url, { ...init, headers: sent })
    checkOrigin(response, origin)
    const exposed = [...SAFE_RESPONSE_HEADERS, ...listed(response, 'access-control-expose-headers')]
    const visible = [...response.headers].filter(([name]) => exposed.includes(name))
    const body = response.status === 204 || response.status === 304 ? null : await response.arrayBuffer()
    return new Response(body, { status: response.status, headers: visible })
  }

const isSafe = (name: string, value: string): boolean =>
  SAFE_REQUEST_HEADERS.includes(name) ||
  (name === 'content-type' && SAFE_CONTENT_TYPES.includes(value.split(';', 1)[0]?.trim() ?? ''))

/** CORS-preflight fetch */
const preflight = async (
  origin: string,
  url: string,
  method: string,
  names: readonly string[],
): Promise<void> => {
  const response = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      ...(names.length > 0 && { 'access-control-request-headers': names.join(',') }),
    },
  })
  checkOrigin(response, origin)
  if (!response.ok) throw new BlockedByCors(`the preflight was answered ${response.status}`)
  const methods = listed(response, 'access-control-allow-methods')
  if (!SAFE_METHODS.includes(method) && !methods.includes(method.toLowerCase())) {
    throw new BlockedByCors(`the method ${method} is not allowed`)
  }
  const allowed = listed(response, 'access-control-allow-headers')
  for (const name of names) {
    // An asterisk does not speak for Authorization.
    if (!allowed.includes(name) && (name === 'authorization' || !allowed.includes('*'))) {
      throw new BlockedByCors(`the header ${name} is not allowed`)
    }
  }
}

const checkOrigin = (response: Response, origin: string): void => {
  const allowed = response.headers.get('access-control-allow-origin')
  if (allowed !== '*' && allowed !== origin) throw new BlockedByCors(`the origin ${origin} is not allowed`)
}

const listed = ({ headers }: Response, name: string): string[] =>
  (headers.get(name) ?? '').split(',').map((value) => value.trim().toLowerCase())
