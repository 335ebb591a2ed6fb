import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { signingAlgorithms } from '../../src/protocol/signing-algorithm.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { REDIRECT_URI, type TestApplication, type TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { describeApplication } from '../support/keyed-application.ts'

/*
 * ID tokens, userinfo and introspection signed with each algorithm, as two libraries verify them: openid-client with its
 * checks for non-repudiation, and oauth4webapi by its function for that. Both refuse what is signed with another
 * algorithm than the client registered.
 */

let app: TestApp
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

/** An application that registered this, and nothing of it was known before. */
const registered = async (metadata: ClientMetadata): Promise<TestApplication> =>
  describeApplication(app, await app.fixtures.firstParty(), metadata)

const everythingBy = (algorithm: (typeof signingAlgorithms)[number]) => ({
  id_token_signed_response_alg: algorithm,
  userinfo_signed_response_alg: algorithm,
  introspection_signed_response_alg: algorithm,
})

describe('openid-client 6', () => {
  const configure = async (
    { clientId, clientSecret }: TestApplication,
    metadata: Partial<client.ClientMetadata>,
  ) =>
    client.discovery(new URL(app.issuer), clientId, metadata, client.ClientSecretPost(clientSecret), {
      execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    })

  const signIn = async (config: client.Configuration) => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const callback = await followAuthorization(url, user)
    return client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, idTokenExpected: true })
  }

  test.each(signingAlgorithms)(
    'OIDC Core §3.1.3.7, §5.3.2, RFC 9701 §5: verifies what is signed with %s',
    async (algorithm) => {
      const config = await configure(await registered(everythingBy(algorithm)), everythingBy(algorithm))
      const tokens = await signIn(config)
      expect(tokens.claims()).toMatchObject({ sub: user.id })
      expect(await client.fetchUserInfo(config, tokens.access_token, user.id)).toMatchObject({
        sub: user.id,
        email: user.email,
      })
      expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({
        active: true,
        sub: user.id,
      })
    },
  )

  test('OIDC Core §5.3.2: wants a JWT where it registered one, and gets none where it did not', async () => {
    const metadata = { userinfo_signed_response_alg: 'ES256' } as const
    const config = await configure(await registered({}), metadata)
    const { access_token } = await signIn(config)
    await expect(client.fetchUserInfo(config, access_token, user.id)).rejects.toMatchObject({
      code: 'OAUTH_JWT_USERINFO_EXPECTED',
    })
  })
})

describe('oauth4webapi', () => {
  /** Plain http, on this machine only. */
  const insecurely = { [oauth.allowInsecureRequests]: true }

  test.each(signingAlgorithms)(
    'OIDC Core §3.1.3.7, §5.3.2, RFC 9701 §5: verifies what is signed with %s',
    async (algorithm) => {
      const issuer = new URL(app.issuer)
      const discovered = await oauth.discoveryRequest(issuer, insecurely)
      const as = await oauth.processDiscoveryResponse(issuer, discovered)
      const application = await registered(everythingBy(algorithm))
      const own: oauth.Client = { client_id: application.clientId, ...everythingBy(algorithm) }
      const authentication = oauth.ClientSecretPost(application.clientSecret)
      const verify = (response: Response) => oauth.validateApplicationLevelSignature(as, response, insecurely)

      const verifier = oauth.generateRandomCodeVerifier()
      const url = new URL(as.authorization_endpoint ?? '')
      url.search = new URLSearchParams({
        client_id: own.client_id,
        redirect_uri: REDIRECT_URI,
        response_type: 'code',
        scope: 'openid email',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).toString()
      const answer = oauth.validateAuthResponse(as, own, await followAuthorization(url, user))
      const redeemed = await oauth.authorizationCodeGrantRequest(
        as,
        own,
        authentication,
        answer,
        REDIRECT_URI,
        verifier,
        insecurely,
      )
      const tokens = await oauth.processAuthorizationCodeResponse(as, own, redeemed, { requireIdToken: true })
      await verify(redeemed)
      expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ sub: user.id })

      const told = await oauth.userInfoRequest(as, own, tokens.access_token, insecurely)
      expect(await oauth.processUserInfoResponse(as, own, user.id, told)).toMatchObject({ email: user.email })
      await verify(told)

      const asked = await oauth.introspectionRequest(as, own, authentication, tokens.access_token, insecurely)
      expect(await oauth.processIntrospectionResponse(as, own, asked)).toMatchObject({ active: true })
      await verify(asked)
    },
  )
})
