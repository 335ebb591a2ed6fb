import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { addSeconds, type Clock } from '../../src/system/clock.ts'

/** Somebody at the provider, as its tokens say. */
export interface PersonThere {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly [claim: string]: unknown
}

/** An OpenID provider of somebody else, which does as it is told. */
export interface ForeignProvider extends AsyncDisposable {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Who signs in there next, and what is wrong with the answer. */
  next: PersonThere
  tamper: { readonly nonce?: string; readonly iss?: string; readonly aud?: string }
  /** In answers of the authorization endpoint (RFC 9207). */
  answerIss: string | undefined
  isDown: boolean
  /** Done while the next question for its metadata waits. */
  meanwhile: (() => Promise<unknown>) | undefined
  /** Takes another key from now on; the former one is published no more. */
  rotateKey(): Promise<void>
  readonly requests: { discovery: number; jwks: number; token: number }
  /** The parameters that the browser brought last. */
  readonly asked: ReadonlyMap<string, string>
  /** Signs in there: where the browser is sent back to. */
  signIn(location: URL): Promise<URL>
}

interface Code {
  readonly person: PersonThere
  readonly nonce: string
  readonly challenge: string
}

export const startForeignProvider = async ({ now }: Clock): Promise<ForeignProvider> => {
  const [clientId, clientSecret] = ['latchkey-there', `secret-${randomUUID()}`]
  const codes = new Map<string, Code>()
  const asked = new Map<string, string>()
  let key = await newKey()
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const provider: ForeignProvider = {
    ...{ issuer, clientId, clientSecret, asked },
    next: { sub: 'nobody' },
    tamper: {},
    answerIss: issuer,
    isDown: false,
    meanwhile: undefined,
    requests: { discovery: 0, jwks: 0, token: 0 },
    rotateKey: async () => {
      key = await newKey()
    },
    signIn: async (location) => {
      const { headers, status } = await fetch(location, { redirect: 'manual' })
      const back = headers.get('location')
      if (back === null) throw new Error(`The provider answered ${status}.`)
      return new URL(back)
    },
    [Symbol.asyncDispose]: () => new Promise((closed) => server.close(() => closed())),
  }

  const json = (response: ServerResponse, body: unknown, status = 200) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    if (provider.isDown) return response.writeHead(503).end()
    const url = new URL(request.url ?? '', issuer)
    switch (url.pathname) {
      case '/.well-known/openid-configuration': {
        provider.requests.discovery += 1
        const { meanwhile } = provider
        provider.meanwhile = undefined
        await meanwhile?.()
        return json(response, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          userinfo_endpoint: `${issuer}/userinfo`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
          code_challenge_methods_supported: ['S256'],
          authorization_response_iss_parameter_supported: true,
        })
      }
      case '/jwks':
        provider.requests.jwks += 1
        return json(response, { keys: [key.publicJwk] })
      case '/authorize': {
        asked.clear()
        for (const [name, value] of url.searchParams) asked.set(name, value)
        const code = randomUUID()
        codes.set(code, {
          person: provider.next,
          nonce: asked.get('nonce') ?? '',
          challenge: asked.get('code_challenge') ?? '',
        })
        const back = new URL(asked.get('redirect_uri') ?? '')
        back.searchParams.set('code', code)
        back.searchParams.set('state', asked.get('state') ?? '')
        if (provider.answerIss !== undefined) back.searchParams.set('iss', provider.answerIss)
        return response.writeHead(302, { location: back.href }).end()
      }
      case '/token': {
        provider.requests.token += 1
        return token(request, response)
      }
      case '/userinfo':
        return json(response, provider.next)
      default:
        return response.writeHead(404).end()
    }
  }

  const token = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    const [, basic = ''] = (request.headers.authorization ?? '').split(' ')
    const shown = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
    const isClient = shown.join(':') === `${clientId}:${clientSecret}`
    if (!isClient) return json(response, { error: 'invalid_client' }, 401)
    const found = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!found || found.challenge !== challenge) return json(response, { error: 'invalid_grant' }, 400)
    const { sub, ...claims } = found.person
    const idToken = await new SignJWT({ nonce: found.nonce, ...claims, ...provider.tamper })
      .setProtectedHeader({ alg: 'ES256', kid: key.publicJwk.kid ?? '' })
      .setSubject(sub)
      .setIssuer(provider.tamper.iss ?? issuer)
      .setAudience(provider.tamper.aud ?? clientId)
      .setIssuedAt(now())
      .setExpirationTime(addSeconds(now(), 300))
      .sign(key.privateKey)
    return json(response, { access_token: 'there', token_type: 'Bearer', id_token: idToken })
  }

  return provider
}

const newKey = async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid: randomUUID(), use: 'sig', alg: 'ES256' }
  return { privateKey, publicJwk }
}
