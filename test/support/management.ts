import { WorkOS, type WorkOSOptions } from '@workos-inc/node'

export type { WorkOS }

/** What the management API answered. */
export interface ManagementAnswer {
  readonly status: number
  /** Undefined if there was none. */
  readonly body: unknown
  readonly headers: Headers
}

type Send = (
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<ManagementAnswer>

/** The management API by hand. A body that is a string or bytes is sent as it is; anything else as JSON. */
export interface Management {
  readonly apiKey: string
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<ManagementAnswer>
  readonly post: Send
  readonly put: Send
  readonly patch: Send
  readonly delete: Send
}

/** @param apiKey empty for none. */
export const managementOf = (issuer: string, apiKey: string): Management => {
  const send =
    (method: string): Send =>
    async (path, body, headers = {}) => {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array
      const response = await fetch(`${issuer}${path}`, {
        method,
        headers: {
          ...(apiKey !== '' && { authorization: `Bearer ${apiKey}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('application/json') ?? false
      return {
        status: response.status,
        body: text === '' ? undefined : isJson ? JSON.parse(text) : text,
        headers: response.headers,
      }
    }
  return {
    apiKey,
    get: (path, headers) => send('GET')(path, undefined, headers),
    post: send('POST'),
    put: send('PUT'),
    patch: send('PATCH'),
    delete: send('DELETE'),
  }
}

/** The official SDK, pointed at a server of ours as its users point it. */
export const workosOf = (issuer: string, apiKey: string, options: WorkOSOptions = {}): WorkOS => {
  const { hostname, port, protocol } = new URL(issuer)
  return new WorkOS(apiKey, {
    apiHostname: hostname,
    port: Number(port),
    https: protocol === 'https:',
    maxRetries: 0,
    ...options,
  })
}
