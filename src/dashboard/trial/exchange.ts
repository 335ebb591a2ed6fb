import type { FastifyInstance } from 'fastify'

/*
 * Requests that a client makes, made by us on behalf of an operator: at the endpoints themselves, within the process. What
 * is kept of them is for a page, and opens nothing: secrets, codes and tokens are cut short.
 */

/** A request and its answer, as they may be shown. */
export interface Exchange {
  readonly title: string
  readonly about: string
  readonly request: string
  /** Undefined where a browser was sent elsewhere. */
  readonly answer?: { readonly status: number; readonly body: string }
  readonly tokens: readonly DecodedToken[]
}

/** What a JWT says, without the signature that makes it one. */
export interface DecodedToken {
  readonly name: string
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

export interface Credentials {
  readonly clientId: string
  /** Undefined: keeps none. */
  readonly clientSecret: string | undefined
}

export interface OwnRequest {
  readonly title: string
  readonly about: string
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
  readonly by?: Credentials
  readonly accessToken?: string
}

/** Makes a request, and says what came of it. */
export type Send = (request: OwnRequest) => Promise<Answered>

export interface Answered {
  readonly exchange: Exchange
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Of what is sent and answered, what nobody is to read off a page. */
const SECRET = new Set([
  'access_token',
  'refresh_token',
  'id_token',
  'token',
  'code',
  'code_verifier',
  'state',
])

const SHOWN_LETTERS = 6

export const cutShort = (text: string): string =>
  text.length > 2 * SHOWN_LETTERS ? `${text.slice(0, SHOWN_LETTERS)}…` : '…'

const shown = (name: string, value: unknown): unknown =>
  SECRET.has(name) && typeof value === 'string' ? cutShort(value) : value

/** A request line with what follows it, each on a line of its own, as it is read and not as it is encoded. */
export const requestText = (
  line: string,
  headers: Readonly<Record<string, string>>,
  parameters: Iterable<readonly [name: string, value: string]>,
): string =>
  [
    line,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...[...parameters].map(([name, value]) => `  ${name} = ${shown(name, value)}`),
  ].join('\n')

/** Sends it as from the operator's own address, who is counted and limited like any client. */
export const createSend =
  (app: FastifyInstance, issuer: string, address: string): Send =>
  async ({ title, about, path, form, by, accessToken }) => {
    const parameters = new URLSearchParams({
      ...form,
      ...(by && by.clientSecret === undefined && { client_id: by.clientId }),
    })
    const authorization =
      accessToken !== undefined
        ? { sent: `Bearer ${accessToken}`, shown: `Bearer ${cutShort(accessToken)}` }
        : by?.clientSecret !== undefined
          ? { sent: basic(by.clientId, by.clientSecret), shown: 'Basic … (client ID and secret)' }
          : undefined
    const method = accessToken === undefined ? 'POST' : 'GET'
    const response = await app.inject({
      method,
      url: path,
      authority: new URL(issuer).host,
      remoteAddress: address,
      headers: {
        accept: 'application/json',
        ...(authorization && { authorization: authorization.sent }),
        ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(method === 'POST' && { payload: parameters.toString() }),
    })
    const body = objectIn(response.body)
    return {
      status: response.statusCode,
      body: body ?? {},
      exchange: {
        ...{ title, about },
        request: requestText(
          `${method} ${issuer}${path}`,
          authorization ? { authorization: authorization.shown } : {},
          parameters,
        ),
        answer: {
          status: response.statusCode,
          body: body ? JSON.stringify(body, shown, 2) : cutShort(response.body),
        },
        tokens: tokensIn(body ?? {}),
      },
    }
  }

/** RFC 6749 §2.3.1: each form-url-encoded first. */
const basic = (clientId: string, clientSecret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`

const tokensIn = (body: Readonly<Record<string, unknown>>): DecodedToken[] =>
  (['id_token', 'access_token'] as const).flatMap((name) => {
    const [header, claims] = String(body[name] ?? '')
      .split('.')
      .slice(0, 2)
      .map((part) => objectIn(Buffer.from(part, 'base64url').toString('utf8')))
    return header && claims ? [{ name, header, claims }] : []
  })

/** The JSON object that a text is, if it is one. */
export const objectIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
