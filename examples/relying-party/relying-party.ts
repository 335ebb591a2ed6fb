import formbody from '@fastify/formbody'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client'
import { type Look, problemPage, signedInPage, signedOutPage } from './pages.ts'
import { isRefused, problemOf } from './problem.ts'
import { stylesheet } from './stylesheet.ts'
import { createVisits, type SignedIn } from './visits.ts'

/*
 * A sample relying party: an application that leaves signing in to Latchkey. Read it from top to bottom. Everything
 * an integration needs is here; the other files hold cookies, pages and words.
 */

export interface RelyingPartyOptions {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** `http://localhost:<port>/callback` must be a registered redirect URI of the application. */
  readonly port: number
  /** What people read on its pages. */
  readonly name: string
  /** Who the user is, and whatever permissions the application was assigned. */
  readonly scope?: string
  /** Its colour, as an angle: 0 red, 120 green, 265 blue. */
  readonly hue?: number
}

export interface RelyingParty {
  readonly url: string
  close(): Promise<void>
}

export const DEFAULT_SCOPE = 'openid profile email offline_access'

export const startRelyingParty = async (options: RelyingPartyOptions): Promise<RelyingParty> => {
  const { issuer, clientId, clientSecret, port, name, scope = DEFAULT_SCOPE, hue = 265 } = options
  const url = `http://localhost:${port}`
  const redirectUri = `${url}/callback`

  // 1. Discovery: one request tells the library every endpoint, key and algorithm. It refuses plain http unless
  //    allowed to; on this machine, for trying out, http is as good as https.
  const server = new URL(issuer)
  const client = await discovery(
    server,
    clientId,
    clientSecret,
    undefined,
    server.protocol === 'http:' ? { execute: [allowInsecureRequests] } : undefined,
  )

  const prompts = client.serverMetadata()['prompt_values_supported']
  const look: Look = {
    name,
    issuer,
    takesNewUsers: Array.isArray(prompts) && prompts.includes('create'),
  }

  // On localhost all ports share one cookie jar, so the name has the port in it.
  const visits = createVisits(`rp_${port}`)
  const app = Fastify()
  await app.register(formbody)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      // Not no-referrer: browsers would send "Origin: null" with our own forms.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    // A form on somebody else's page must not act for our user. Browsers send Origin with every POST.
    if (request.method === 'POST' && request.headers.origin !== url) {
      return reply.code(403).type('text/plain').send('This form did not come from here.')
    }
  })

  app.get('/', async (request, reply) => {
    const signedIn = visits.of(request)?.signedIn
    reply.type('text/html')
    if (!signedIn) return signedOutPage(look)
    const page = signedInPage(look, signedIn)
    signedIn.notice = undefined
    return page
  })

  app.get('/style.css', async (_request, reply) => reply.type('text/css').send(stylesheet(hue)))

  // 2. Send the user to the server. Three random values, all kept here, tie its answer to this browser (state), to
  //    this sign-in (nonce) and to us (PKCE: without the verifier a stolen code is worth nothing).
  const sendToServer = async (request: FastifyRequest, reply: FastifyReply, prompt?: 'create') => {
    const state = randomState()
    const nonce = randomNonce()
    const codeVerifier = randomPKCECodeVerifier()
    visits.expectAnswer(request, reply, state, { nonce, codeVerifier })
    const address = buildAuthorizationUrl(client, {
      redirect_uri: redirectUri,
      scope,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(prompt && { prompt }),
    })
    return reply.redirect(address.href)
  }
  app.get('/sign-in', (request, reply) => sendToServer(request, reply))
  app.get('/sign-up', (request, reply) => sendToServer(request, reply, 'create'))

  // 3. The user comes back with a code, or with an error. The library checks state, issuer, PKCE and nonce, exchanges
  //    the code for tokens and verifies the ID token: signature, issuer, audience, times.
  app.get('/callback', async (request, reply) => {
    const answer = new URL(request.url, url)
    const state = answer.searchParams.get('state') ?? ''
    const expected = visits.takeExpected(request, state)
    reply.type('text/html')
    if (!expected) {
      reply.code(400)
      return problemPage(look, {
        sentence: 'This sign-in did not begin in this browser, or it took too long.',
        code: 'unknown_state',
      })
    }
    try {
      const tokens = await authorizationCodeGrant(client, answer, {
        expectedState: state,
        expectedNonce: expected.nonce,
        pkceCodeVerifier: expected.codeVerifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (!claims) throw new Error('The ID token is missing.')
      // A new visit for every sign-in: nobody can have known its cookie before.
      visits.signIn(request, reply, { ...held(tokens), claims, refreshes: 0 })
      return reply.redirect('/', 303)
    } catch (error) {
      reply.code(400)
      return problemPage(look, problemOf(error, name))
    }
  })

  // 4. Ask the server who the user is, now. The ID token tells what was true at sign-in.
  app.post('/userinfo', async (request, reply) => {
    const signedIn = visits.of(request)?.signedIn
    if (signedIn) {
      try {
        signedIn.userinfo = await fetchUserInfo(client, signedIn.accessToken, signedIn.claims.sub)
        signedIn.notice = 'Userinfo answered just now. Its claims are below.'
      } catch (error) {
        signedIn.userinfo = undefined
        signedIn.notice = isRefused(error)
          ? 'The server does not accept the access token any more. Refresh the tokens, then try again.'
          : 'The server could not be asked just now.'
      }
    }
    return reply.redirect('/', 303)
  })

  // 5. An access token lives for minutes; the refresh token gets the next one. Every answer brings a new refresh
  //    token, and the one just used is worth nothing afterwards: always keep the newest.
  app.post('/refresh', async (request, reply) => {
    const signedIn = visits.of(request)?.signedIn
    if (signedIn?.refreshToken !== undefined) {
      try {
        const tokens = await refreshTokenGrant(client, signedIn.refreshToken)
        Object.assign(signedIn, held(tokens), { claims: tokens.claims() ?? signedIn.claims })
        signedIn.refreshes += 1
        signedIn.notice = 'New tokens have arrived, and the old refresh token is worth nothing now.'
      } catch (error) {
        if (isRefused(error)) {
          // What was granted has ended over there, so the user is signed out here too.
          visits.end(request, reply)
        } else {
          signedIn.notice = 'The server could not be asked just now.'
        }
      }
    }
    return reply.redirect('/', 303)
  })

  // 6. Sign out of this application, and hand back what it was given. The session at the server is the user's own.
  app.post('/sign-out', async (request, reply) => {
    const signedIn = visits.of(request)?.signedIn
    visits.end(request, reply)
    if (signedIn) {
      const token = signedIn.refreshToken ?? signedIn.accessToken
      // Signed out is signed out, even if the server cannot be reached.
      await tokenRevocation(client, token).catch(() => {})
    }
    return reply.redirect('/', 303)
  })

  await app.listen({ port, host: 'localhost' })
  return { url, close: () => app.close() }
}

const held = (tokens: {
  readonly access_token: string
  readonly refresh_token?: string
  readonly expires_in?: number
  readonly scope?: string
}): Pick<SignedIn, 'accessToken' | 'refreshToken' | 'expiresAt' | 'scope'> => ({
  accessToken: tokens.access_token,
  refreshToken: tokens.refresh_token,
  expiresAt: new Date(Date.now() + (tokens.expires_in ?? 0) * 1000),
  scope: tokens.scope ?? '',
})
