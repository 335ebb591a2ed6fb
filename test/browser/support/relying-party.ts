import formbody from '@fastify/formbody'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { TestApplication } from '../../support/fixtures.ts'

/*
 * An application on another origin that leaves signing in to the server, as its visitors know it: a page with a link,
 * a callback, and a page that says who they are. Made of openid-client, so that the answers of the server have to
 * satisfy a library and not a test.
 */

export interface RelyingParty {
  readonly origin: string
  /** Queries, or forms, that came to the redirection URI. */
  readonly answers: readonly URLSearchParams[]
  /** The Referer that each of them came with. */
  readonly referrers: readonly (string | undefined)[]
  /** The Origin of each form that came. */
  readonly formOrigins: readonly (string | undefined)[]
  /** The claims of ID tokens and UserInfo it has accepted, the last one last. */
  readonly profiles: readonly Profile[]
  close(): Promise<void>
}

export type Profile = Readonly<Record<string, unknown>>

interface Flow {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface RelyingPartyOptions {
  readonly issuer: string
  readonly application: Pick<TestApplication, 'clientId' | 'clientSecret' | 'redirectUri'>
  readonly name: string
  readonly scope: string
}

export const startRelyingParty = async (options: RelyingPartyOptions): Promise<RelyingParty> => {
  const { issuer, application, name, scope } = options
  const { origin, hostname, port } = new URL(application.redirectUri)
  const configuration = await discovery(
    new URL(issuer),
    application.clientId,
    application.clientSecret,
    undefined,
    {
      execute: [allowInsecureRequests],
    },
  )
  // On localhost every application shares one cookie jar.
  const cookieName = `rp_${port}`
  const flows = new Map<string, Flow>()
  const answers: URLSearchParams[] = []
  const referrers: (string | undefined)[] = []
  const formOrigins: (string | undefined)[] = []
  const profiles: Profile[] = []

  const app = Fastify()
  await app.register(formbody)
  const show = (reply: FastifyReply, title: string, content: string) =>
    reply
      .type('text/html; charset=utf-8')
      .send(
        `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>${title}</title><h1>${title}</h1>${content}`,
      )

  app.get('/', (_request, reply) => show(reply, name, '<a id="sign-in" href="/login">Sign in</a>'))

  app.get('/login', async (request, reply) => {
    const flow = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
    flows.set(flow.state, flow)
    const location = buildAuthorizationUrl(configuration, {
      redirect_uri: application.redirectUri,
      scope,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
      ...(request.query as Record<string, string>),
    })
    return reply.header('set-cookie', `${cookieName}=${flow.state}; Path=/; HttpOnly`).redirect(location.href)
  })

  app.get('/callback', (request, reply) => answered(request, reply, new URL(request.url, origin)))

  app.post('/callback', (request, reply) => {
    formOrigins.push(request.headers.origin)
    const url = new URL('/callback', origin)
    url.search = new URLSearchParams(request.body as Record<string, string>).toString()
    return answered(request, reply, url)
  })

  const answered = async (request: FastifyRequest, reply: FastifyReply, url: URL) => {
    answers.push(url.searchParams)
    referrers.push(request.headers.referer)
    const flow = flows.get(cookieOf(request, cookieName))
    if (!flow) return show(reply.code(400), 'Not started here', '')
    try {
      const profile = await redeem(configuration, url, flow)
      flows.delete(flow.state)
      profiles.push(profile)
      return reply.redirect(`/welcome?${profiles.length}`)
    } catch (error) {
      if (!(error instanceof AuthorizationResponseError)) throw error
      return show(reply, 'You were not signed in', `<p id="error">${error.error}</p>`)
    }
  }

  app.get('/welcome', (request, reply) => {
    const profile = profiles[Number(new URL(request.url, origin).search.slice(1)) - 1] ?? {}
    const values = Object.entries(profile).map(
      ([claim, value]) => `<dt>${claim}</dt><dd id="${claim}">${String(value)}</dd>`,
    )
    return show(reply, `Welcome to ${name}`, `<dl>${values.join('')}</dl>`)
  })

  await app.listen({ port: Number(port), host: hostname === 'localhost' ? '127.0.0.1' : hostname })
  return { origin, answers, referrers, formOrigins, profiles, close: () => app.close() }
}

const redeem = async (configuration: Configuration, url: URL, flow: Flow): Promise<Profile> => {
  const tokens = await authorizationCodeGrant(configuration, url, {
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    pkceCodeVerifier: flow.verifier,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (!claims) throw new Error('no ID token')
  return { ...claims, ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)) }
}

const cookieOf = (request: FastifyRequest, name: string): string =>
  new RegExp(`(?:^|; )${name}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1] ?? ''
