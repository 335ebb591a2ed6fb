import { auth, type OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { documentAt, documents, switchDocuments } from '../support/metadata-documents.ts'
import { switchOn } from '../support/registration.ts'

/*
 * The official MCP client finds us by the protected resource metadata of an MCP server (RFC 9728), and signs its user in.
 */

const SERVER = 'https://mcp.example/notes'
const REDIRECT_URI = 'http://127.0.0.1:33418/callback'

/** Where the client says what it is, if it does. */
const METADATA_URL = 'https://inspector.example/client.json'
const published = documents()

let app: TestApp
let user: TestUser
beforeAll(async () => {
  app = await startTestApp({ overrides: { outboundFetch: published.outboundFetch } })
  await switchOn(app)
  user = await app.fixtures.user()
  const management = await app.management()
  const created = await management.post('/user_management/authkit_oauth_resources', { uri: SERVER })
  expect(created.status).toBe(201)
})
afterAll(() => app[Symbol.asyncDispose]())

/** The MCP server, as far as its metadata; everything else goes out as it is. */
const fetchFn = async (url: string | URL, init?: RequestInit): Promise<Response> => {
  const { href, hostname } = new URL(url)
  if (hostname !== 'mcp.example') return fetch(url, init)
  return href === 'https://mcp.example/.well-known/oauth-protected-resource/notes'
    ? Response.json({ resource: SERVER, authorization_servers: [app.issuer] })
    : new Response(null, { status: 404 })
}

interface Session {
  readonly provider: OAuthClientProvider
  readonly kept: {
    client?: OAuthClientInformationMixed
    tokens?: OAuthTokens
    verifier?: string
    authorizationUrl?: URL
  }
}

const newSession = (
  metadata: Partial<OAuthClientMetadata> = {},
  registered?: Pick<TestApplication, 'clientId' | 'clientSecret'>,
  clientMetadataUrl?: string,
): Session => {
  const kept: Session['kept'] = registered
    ? {
        client: {
          client_id: registered.clientId,
          ...(registered.clientSecret !== '' && { client_secret: registered.clientSecret }),
        },
      }
    : {}
  const provider: OAuthClientProvider = {
    ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
    redirectUrl: REDIRECT_URI,
    clientMetadata: {
      client_name: 'Inspector',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'openid offline_access',
      ...metadata,
    },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => {
      kept.client = client
    },
    tokens: () => kept.tokens,
    saveTokens: (tokens) => {
      kept.tokens = tokens
    },
    redirectToAuthorization: (url) => {
      kept.authorizationUrl = url
    },
    saveCodeVerifier: (verifier) => {
      kept.verifier = verifier
    },
    codeVerifier: () => kept.verifier ?? '',
  }
  return { provider, kept }
}

const signInWith = async ({ provider, kept }: Session): Promise<OAuthTokens> => {
  const options = { serverUrl: SERVER, scope: 'openid offline_access', fetchFn }
  expect(await auth(provider, options)).toBe('REDIRECT')
  if (!kept.authorizationUrl) throw new Error('The client was not sent to authorize.')
  const answered = await followAuthorization(kept.authorizationUrl, user)
  const authorizationCode = answered.searchParams.get('code') ?? ''
  expect(await auth(provider, { ...options, authorizationCode })).toBe('AUTHORIZED')
  if (!kept.tokens) throw new Error('The client got no tokens.')
  return kept.tokens
}

describe('@modelcontextprotocol/sdk', () => {
  test.each([
    ['none', 'public'],
    ['client_secret_post', 'confidential'],
    ['client_secret_basic', 'confidential'],
  ])('registers itself with %s, signs its user in and refreshes', async (token_endpoint_auth_method) => {
    const session = newSession({ token_endpoint_auth_method })
    const tokens = await signInWith(session)
    // RFC 8707 §2: exactly the resource that was asked for.
    expect(decodeJwt(tokens.access_token).aud).toBe(SERVER)
    expect(session.kept.client).toMatchObject({ token_endpoint_auth_method })

    expect(await auth(session.provider, { serverUrl: SERVER, fetchFn })).toBe('AUTHORIZED')
    expect(session.kept.tokens?.access_token).not.toBe(tokens.access_token)
    expect(decodeJwt(session.kept.tokens?.access_token ?? '').aud).toBe(SERVER)
  })

  test('is registered beforehand by the operator', async () => {
    const organization = await app.fixtures.organization()
    const registered = await app.fixtures.thirdParty(organization, {
      isPublic: true,
      redirectUris: ['http://127.0.0.1:1/callback'],
    })
    const tokens = await signInWith(newSession({}, registered))
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: SERVER, client_id: registered.clientId })
  })

  test('names the URL of its metadata document, and registers nothing', async () => {
    await switchDocuments(app)
    published.put(METADATA_URL, documentAt(METADATA_URL, { redirect_uris: ['http://127.0.0.1/callback'] }))
    const session = newSession({}, undefined, METADATA_URL)
    const tokens = await signInWith(session)
    expect(session.kept.client).toMatchObject({ client_id: METADATA_URL })
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: SERVER, client_id: METADATA_URL })
    expect(published.asked).toEqual([METADATA_URL])

    expect(await auth(session.provider, { serverUrl: SERVER, fetchFn })).toBe('AUTHORIZED')
    expect(session.kept.tokens?.access_token).not.toBe(tokens.access_token)
  })
})
