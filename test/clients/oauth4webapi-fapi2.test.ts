import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { REDIRECT_URI, type TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { type KeyedApplication, withKey } from '../support/keyed-application.ts'

/*
 * oauth4webapi as a client of FAPI 2.0: pushed requests, assertions, tokens bound by DPoP; and of Message Signing, with
 * signed requests and answers besides. It checks what the specifications have for a client to check.
 */

let app: TestApp
let as: oauth.AuthorizationServer
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  const issuer = new URL(app.issuer)
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecurely })
  as = await oauth.processDiscoveryResponse(issuer, response)
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Plain http, on this machine only. */
const insecurely = { [oauth.allowInsecureRequests]: true }

interface SetUp {
  readonly application: KeyedApplication
  readonly client: oauth.Client
  readonly authentication: oauth.ClientAuth
  readonly DPoP: oauth.DPoPHandle
}

const setUp = async (metadata: ClientMetadata = {}): Promise<SetUp> => {
  const application = await withKey(app, await app.fixtures.firstParty(), { profile: 'fapi2', ...metadata })
  const client: oauth.Client = {
    client_id: application.clientId,
    // The client's own defence against a server that signs with anything else.
    ...(metadata.id_token_signed_response_alg && {
      id_token_signed_response_alg: metadata.id_token_signed_response_alg,
    }),
    ...(metadata.authorization_signed_response_alg && {
      authorization_signed_response_alg: metadata.authorization_signed_response_alg,
    }),
  }
  return {
    application,
    client,
    authentication: oauth.PrivateKeyJwt(application.key.privateKey),
    DPoP: oauth.DPoP(client, await oauth.generateKeyPair('ES256')),
  }
}

/** As far as the answer at the redirection URI. */
const authorize = async (
  { application, client, authentication, DPoP }: SetUp,
  { isSigned, more = {} }: { readonly isSigned: boolean; readonly more?: Readonly<Record<string, string>> },
) => {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const parameters = {
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid email offline_access',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  }
  const pushed = isSigned
    ? { request: await oauth.issueRequestObject(as, client, parameters, application.key.privateKey) }
    : parameters
  const response = await oauth.pushedAuthorizationRequest(as, client, authentication, pushed, {
    DPoP,
    ...insecurely,
  })
  const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, response)
  const url = new URL(as.authorization_endpoint ?? '')
  url.search = new URLSearchParams({ client_id: client.client_id, request_uri }).toString()
  return { callback: await followAuthorization(url, user), verifier, state, nonce }
}

const redeem = async (
  { client, authentication, DPoP }: SetUp,
  answer: URLSearchParams,
  { verifier, nonce }: { readonly verifier: string; readonly nonce: string },
) => {
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    authentication,
    answer,
    REDIRECT_URI,
    verifier,
    { DPoP, ...insecurely },
  )
  return oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
}

describe('FAPI 2.0 Security Profile: oauth4webapi', () => {
  test('FAPI 2.0 Security Profile §5.3: PAR, private_key_jwt, DPoP, PKCE and iss, then refresh and userinfo', async () => {
    const set = await setUp()
    const flow = await authorize(set, { isSigned: false })
    const answer = oauth.validateAuthResponse(as, set.client, flow.callback, flow.state)
    const tokens = await redeem(set, answer, flow)
    expect(tokens.token_type).toBe('dpop')
    const { client, authentication, DPoP } = set
    const told = await oauth.userInfoRequest(as, client, tokens.access_token, { DPoP, ...insecurely })
    expect(await oauth.processUserInfoResponse(as, client, user.id, told)).toMatchObject({
      email: user.email,
    })
    const refreshed = await oauth.refreshTokenGrantRequest(
      as,
      client,
      authentication,
      tokens.refresh_token ?? '',
      { DPoP, ...insecurely },
    )
    const again = await oauth.processRefreshTokenResponse(as, client, refreshed)
    expect(again.token_type).toBe('dpop')
  })

  test('RFC 9449 §10: the code is bound to the key of the pushed request', async () => {
    const set = await setUp()
    const flow = await authorize(set, { isSigned: false })
    const answer = oauth.validateAuthResponse(as, set.client, flow.callback, flow.state)
    const thief = { ...set, DPoP: oauth.DPoP(set.client, await oauth.generateKeyPair('ES256')) }
    await expect(redeem(thief, answer, flow)).rejects.toMatchObject({ error: 'invalid_grant' })
    expect((await redeem(set, answer, flow)).token_type).toBe('dpop')
  })

  test('FAPI 2.0 Security Profile §5.3.2.1: without a key there is no token', async () => {
    const set = await setUp()
    const flow = await authorize(set, { isSigned: false })
    const answer = oauth.validateAuthResponse(as, set.client, flow.callback, flow.state)
    const { client, authentication } = set
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      answer,
      REDIRECT_URI,
      flow.verifier,
      insecurely,
    )
    expect(response.status).toBe(400)
    expect(await response.json()).not.toHaveProperty('access_token')
  })
})

describe('FAPI 2.0 Message Signing: oauth4webapi', () => {
  test.each(['PS256', 'ES256', 'EdDSA'] as const)(
    'FAPI 2.0 Message Signing §5.3, §5.4: a signed request that is pushed, and an answer signed with %s',
    async (authorization_signed_response_alg) => {
      const set = await setUp({
        require_signed_request_object: true,
        request_object_signing_alg: 'ES256',
        authorization_signed_response_alg,
      })
      const flow = await authorize(set, { isSigned: true, more: { response_mode: 'jwt' } })
      expect([...flow.callback.searchParams.keys()]).toEqual(['response'])
      const answer = await oauth.validateJwtAuthResponse(
        as,
        set.client,
        flow.callback,
        flow.state,
        insecurely,
      )
      expect((await redeem(set, answer, flow)).token_type).toBe('dpop')
    },
  )

  test('FAPI 2.0 Message Signing §5.3.1: an unsigned request is not taken from it', async () => {
    const set = await setUp({ require_signed_request_object: true })
    await expect(authorize(set, { isSigned: false })).rejects.toMatchObject({ error: 'invalid_request' })
  })
})
