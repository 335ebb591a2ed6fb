import type { AccessTokenAlgorithm } from '../fixtures.ts'
import { codeChallenge, codeVerifier, redirectUri, userScope } from '../fixtures.ts'
import { type Answer, formRequest, getRequest, type HttpConnection, headerOf } from '../http-connection.ts'
import type { ServerName, Target } from '../servers/target.ts'

/** One virtual user: its own connection and, where the operation needs one, its own signed-in browser. */
export interface VirtualUser {
  readonly target: Target
  readonly connection: HttpConnection
  readonly cookie: string
  /** Its place among those of the target. */
  readonly index: number
}

/** One measured operation. @returns false where what was made ahead of time is used up, and nothing was done. */
export type Step = () => Promise<boolean>

export interface Operation {
  readonly name: string
  readonly title: string
  /** Part of --seconds that one round takes: what does not touch keys or tables settles sooner. */
  readonly share: number
  /** Whether its users have to be signed in. */
  readonly signedIn: boolean
  /** The servers that do it; the others have nothing like it. */
  readonly servers: readonly ServerName[]
  /** Of the access tokens; the algorithm makes no difference to the others. */
  readonly algorithms: readonly AccessTokenAlgorithm[]
  /** Requests under way at once, if not as many as all the others have. */
  readonly concurrency?: number
  /** Makes the requests ahead of time, unmeasured. */
  prepare(user: VirtualUser): Promise<Step>
}

export const everyServer: readonly ServerName[] = ['latchkey', 'latchkey-grown', 'oidc-provider', 'bare']

export const form = (fields: Readonly<Record<string, string>>): string =>
  new URLSearchParams(fields).toString()

export const credentialsInForm = ({ id, secret }: { id: string; secret: string }) => ({
  client_id: id,
  client_secret: secret,
})

/** An answer other than the expected one ends the bench: a fast refusal must not count as speed. */
export const expectStatus = (answer: Answer, ...allowed: readonly number[]): Answer => {
  if (allowed.includes(answer.status)) return answer
  throw new Error(`unexpected answer:\n${answer.head}\n\n${answer.body.toString().slice(0, 2_000)}`)
}

export const expectBody = (answer: Answer, part: string, status = 200): void => {
  if (!expectStatus(answer, status).body.includes(part)) {
    throw new Error(`${part} is missing in: ${answer.body.toString().slice(0, 2_000)}`)
  }
}

/** A member of an answer in JSON that is a text. */
export const memberOf = (answer: Answer, name: string): string => {
  const body: unknown = JSON.parse(expectStatus(answer, 200, 201).body.toString())
  const value =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  if (typeof value === 'string') return value
  throw new Error(`no ${name} in: ${answer.body.toString()}`)
}

/** The same request again and again, whose answer holds that part. */
export const repeated =
  (connection: HttpConnection, request: string, part: string): Step =>
  async () => {
    expectBody(await connection.send(request), part)
    return true
  }

/** Each of the requests once. */
export const eachOnce = (
  connection: HttpConnection,
  requests: readonly string[],
  check: (answer: Answer) => void,
): Step => {
  const left = [...requests]
  return async () => {
    const request = left.pop()
    if (request === undefined) return false
    check(await connection.send(request))
    return true
  }
}

/** Nonce and state always, as careful clients send them. */
export const authorizationFields = (clientId: string, scope: string = userScope) => ({
  client_id: clientId,
  response_type: 'code',
  redirect_uri: redirectUri,
  scope,
  state: 'af0ifjsldkj',
  nonce: 'n-0S6_WzA2Mj',
  code_challenge: codeChallenge,
  code_challenge_method: 'S256',
})

export const authorizationUrl = (path: string, clientId: string, scope?: string): string =>
  `${path}?${form(authorizationFields(clientId, scope))}`

export const codeOf = (redirect: Answer): string => {
  const code = /[?&]code=([^&]+)/.exec(headerOf(expectStatus(redirect, 302, 303), 'location') ?? '')?.[1]
  if (code === undefined) throw new Error(`no code in the redirect:\n${redirect.head}`)
  return code
}

/** An authorization code flow of somebody who is signed in; the answer of the token endpoint. */
export const codeFlow = (
  { target, connection, cookie }: VirtualUser,
  client: { readonly id: string; readonly secret: string },
  scope?: string,
): (() => Promise<Answer>) => {
  const { port, paths } = target
  const authorize = getRequest(port, authorizationUrl(paths.authorization, client.id, scope), { cookie })
  const rest = form({
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    ...credentialsInForm(client),
  })
  return async () => {
    const code = codeOf(await connection.send(authorize))
    return connection.send(formRequest(port, paths.token, `code=${code}&${rest}`))
  }
}
