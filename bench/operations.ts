import { codeChallenge, codeVerifier, redirectUri, userScope } from './fixtures.ts'
import {
  type Answer,
  basic,
  formRequest,
  getRequest,
  type HttpConnection,
  headerOf,
} from './http-connection.ts'
import type { Target } from './servers/target.ts'

/** One virtual user: its own connection and, where the operation needs one, its own signed-in browser. */
export interface VirtualUser {
  readonly target: Target
  readonly connection: HttpConnection
  readonly cookie: string
}

export interface Operation {
  readonly name: string
  readonly title: string
  /** Part of --seconds that one round takes: what does not touch keys or tables settles sooner. */
  readonly share: number
  readonly signedIn: boolean
  /** Makes the requests ahead of time, unmeasured; the returned function is one measured operation. */
  prepare(user: VirtualUser): Promise<() => Promise<void>>
}

const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString()

/** An answer other than the expected one ends the bench: a fast refusal must not count as speed. */
const expectStatus = (answer: Answer, ...allowed: readonly number[]): Answer => {
  if (allowed.includes(answer.status)) return answer
  throw new Error(`unexpected answer:\n${answer.head}\n\n${answer.body.toString().slice(0, 2_000)}`)
}

const expectBody = (answer: Answer, part: string): void => {
  if (!expectStatus(answer, 200).body.includes(part)) {
    throw new Error(`${part} is missing in: ${answer.body.toString().slice(0, 2_000)}`)
  }
}

const accessTokenOf = (answer: Answer): string => {
  const body: unknown = JSON.parse(expectStatus(answer, 200).body.toString())
  if (typeof body === 'object' && body !== null && 'access_token' in body) return String(body.access_token)
  throw new Error(`no access token in: ${answer.body.toString()}`)
}

/** Nonce and state always, as careful clients send them. */
export const authorizationUrl = (path: string, clientId: string): string =>
  `${path}?${form({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: userScope,
    state: 'af0ifjsldkj',
    nonce: 'n-0S6_WzA2Mj',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  })}`

const credentialsInForm = ({ id, secret }: { id: string; secret: string }) => ({
  client_id: id,
  client_secret: secret,
})

const get = (path: (target: Target) => string, part: string): Operation['prepare'] => {
  return async ({ target, connection }) => {
    const request = Buffer.from(getRequest(target.port, path(target)))
    return async () => expectBody(await connection.send(request), part)
  }
}

export const operations: readonly Operation[] = [
  {
    name: 'client-credentials-post',
    title: 'client credentials, secret in form',
    share: 1,
    signedIn: false,
    prepare: async ({ target, connection }) => {
      const body = form({ grant_type: 'client_credentials', ...credentialsInForm(target.machineClient) })
      const request = Buffer.from(formRequest(target.port, target.paths.token, body))
      return async () => expectBody(await connection.send(request), '"access_token":"ey')
    },
  },
  {
    name: 'client-credentials-basic',
    title: 'client credentials, secret by Basic',
    share: 1,
    signedIn: false,
    prepare: async ({ target, connection }) => {
      const { id, secret } = target.machineClient
      const body = form({ grant_type: 'client_credentials' })
      const request = Buffer.from(formRequest(target.port, target.paths.token, body, basic(id, secret)))
      return async () => expectBody(await connection.send(request), '"access_token":"ey')
    },
  },
  {
    name: 'introspection',
    title: 'introspection of an access token',
    share: 1,
    signedIn: false,
    prepare: async ({ target, connection }) => {
      const caller = credentialsInForm(target.introspectedClient)
      const tokenRequest = form({ grant_type: 'client_credentials', ...caller })
      const token = accessTokenOf(
        await connection.send(formRequest(target.port, target.paths.token, tokenRequest)),
      )
      const body = form({ token, token_type_hint: 'access_token', ...caller })
      const request = Buffer.from(formRequest(target.port, target.paths.introspection, body))
      return async () => expectBody(await connection.send(request), '"active":true')
    },
  },
  {
    name: 'code-flow',
    title: 'authorization code flow, signed in',
    share: 1,
    signedIn: true,
    prepare: async ({ target, connection, cookie }) => {
      const { port, paths, webClient } = target
      const authorize = Buffer.from(
        getRequest(port, authorizationUrl(paths.authorization, webClient.id), cookie),
      )
      const rest = form({
        grant_type: 'authorization_code',
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
        ...credentialsInForm(webClient),
      })
      return async () => {
        const redirect = expectStatus(await connection.send(authorize), 302, 303)
        const code = /[?&]code=([^&]+)/.exec(headerOf(redirect, 'location') ?? '')?.[1]
        if (code === undefined) throw new Error(`no code in the redirect:\n${redirect.head}`)
        const answer = await connection.send(formRequest(port, paths.token, `code=${code}&${rest}`))
        expectBody(answer, '"access_token":"ey')
        expectBody(answer, '"id_token":"ey')
      }
    },
  },
  {
    name: 'jwks',
    title: 'JWKS',
    share: 0.5,
    signedIn: false,
    prepare: get((target) => target.paths.jwks, '"keys":['),
  },
  {
    name: 'discovery',
    title: 'discovery',
    share: 0.5,
    signedIn: false,
    prepare: get((target) => target.paths.discovery, '"issuer":"'),
  },
]
