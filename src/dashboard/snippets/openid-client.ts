import {
  expressPath,
  type Integration,
  isPlainHttp,
  lines,
  listeningAt,
  quoted,
  type Snippet,
} from './snippet.ts'

const discovery = (integration: Integration): string =>
  lines(
    'const config = await client.discovery(',
    `  new URL('${integration.issuer}'),`,
    `  '${integration.clientId}',`,
    integration.secretVariable ? `  process.env.${integration.secretVariable},` : '  undefined,',
    integration.secretVariable ? '  undefined,' : '  client.None(),',
    isPlainHttp(integration) && '  // The issuer is on this machine, without https.',
    isPlainHttp(integration) && '  { execute: [client.allowInsecureRequests] },',
    ')',
  )

export const openidClient = (integration: Integration): Snippet => {
  const { port, pathname } = listeningAt(integration)
  return {
    id: 'openid-client',
    label: 'openid-client',
    about: 'Node.js: people sign in with a code and PKCE, and the ID token says who they are.',
    install: 'npm install openid-client express express-session',
    file: 'app.mjs',
    code: `import { randomUUID } from 'node:crypto'
import express from 'express'
import session from 'express-session'
import * as client from 'openid-client'

const redirectUri = ${quoted(integration.redirectUri)}

${discovery(integration)}

const app = express()
app.use(session({ secret: randomUUID(), name: 'app_session', resave: false, saveUninitialized: false }))

app.get('/sign-in', async (request, response) => {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  request.session.signIn = { verifier, state, nonce }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: '${integration.scopes.join(' ')}',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  })
  response.redirect(url.href)
})

app.get(${expressPath(pathname)}, async (request, response) => {
  const { signIn } = request.session
  if (!signIn) return response.redirect('/sign-in')
  const tokens = await client.authorizationCodeGrant(config, new URL(request.originalUrl, redirectUri), {
    pkceCodeVerifier: signIn.verifier,
    expectedState: signIn.state,
    expectedNonce: signIn.nonce,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  // Another session for whoever has signed in: one that was there before may be known to others.
  request.session.regenerate(() => {
    request.session.user = claims
    response.redirect('/')
  })
})

app.get('/', (request, response) => response.json(request.session.user ?? null))

app.listen(${port}, () => console.log('Listening'))
`,
  }
}

export const openidClientCredentials = (integration: Integration): Snippet => ({
  id: 'openid-client',
  label: 'openid-client',
  about: 'Node.js: a token for the program itself, to be kept until shortly before it expires.',
  install: 'npm install openid-client',
  file: 'token.mjs',
  code: `import * as client from 'openid-client'

${discovery(integration)}

const tokens = await client.clientCredentialsGrant(config${scopeArgument(integration)})
console.log(JSON.stringify({ accessToken: tokens.access_token, seconds: tokens.expires_in }))
`,
})

const scopeArgument = ({ scopes }: Integration): string =>
  scopes.length === 0 ? '' : `, { scope: '${scopes.join(' ')}' }`
