import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { type LogoutStage, startLogoutStage, until } from '../oidc-logout/logout-stage.ts'
import { createBrowser } from '../support/browser.ts'
import { dpop } from '../support/dpop.ts'
import { REDIRECT_URI } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { push, pushedUrl, withKey } from '../support/keyed-application.ts'
import { newPkce, post, textOf } from '../support/relying-party.ts'
import { assertion } from '../support/signing-client.ts'
import { type Receiver, startReceiver } from '../webhooks/receiver.ts'

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(() => receiver[Symbol.asyncDispose]())

/** Signs a user in, renews what that gave, and logs them out. @returns every token that was signed on the way. */
const signedOnTheWay = async (
  { app, logoutUrl }: LogoutStage,
  metadata: ClientMetadata = {},
): Promise<{ readonly id: string[]; readonly access: string[]; readonly logout: string }> => {
  const application = await withKey(app, await app.fixtures.firstParty(), {
    profile: 'fapi2',
    backchannel_logout_uri: receiver.url,
    ...metadata,
  })
  const browser = createBrowser(app.issuer)
  const authentication = async () => ({
    client_id: application.clientId,
    ...(await assertion(app, application, application.key)),
  })
  const pkce = newPkce()
  const pushed = await push(app, application, {
    client_secret: undefined,
    scope: 'openid offline_access',
    ...pkce.parameters,
    ...(await authentication()),
  })
  const { searchParams } = await followAuthorization(
    new URL(pushedUrl(app, application, textOf(pushed, 'request_uri'))),
    await app.fixtures.user(),
    { browser },
  )
  const ask = async (form: Record<string, string>) =>
    post(
      `${app.issuer}/oauth2/token`,
      { ...form, ...(await authentication()) },
      await dpop(app, application.key),
    )
  const first = await ask({
    grant_type: 'authorization_code',
    code: searchParams.get('code') ?? '',
    redirect_uri: REDIRECT_URI,
    code_verifier: pkce.verifier,
  })
  const second = await ask({ grant_type: 'refresh_token', refresh_token: textOf(first, 'refresh_token') })
  const before = receiver.received.length
  await browser.get(logoutUrl({ id_token_hint: textOf(second, 'id_token') }))
  await until(() => expect(receiver.received).toHaveLength(before + 1))
  const told = new URLSearchParams(receiver.received.at(-1)?.body)
  return {
    id: [first, second].map((answer) => textOf(answer, 'id_token')),
    access: [first, second].map((answer) => textOf(answer, 'access_token')),
    logout: told.get('logout_token') ?? '',
  }
}

/** Of tokens that all verify by the key set. */
const algorithmsOf = async ({ app }: LogoutStage, tokens: readonly string[]): Promise<unknown[]> => {
  const keys = createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`))
  for (const token of tokens) await jwtVerify(token, keys, { currentDate: app.clock.now() })
  return tokens.map((token) => decodeProtectedHeader(token).alg)
}

describe('FAPI 2.0 Security Profile §5.4.1: what it gets is never signed with RS256', () => {
  let stage: LogoutStage
  beforeAll(async () => {
    stage = await startLogoutStage()
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  test('FAPI 2.0 Security Profile §5.4.1: but with PS256, if it registered nothing, and others get RS256', async () => {
    const { id, access, logout } = await signedOnTheWay(stage)
    expect(await algorithmsOf(stage, [...id, ...access, logout])).toEqual(Array(5).fill('PS256'))
    const ordinary = await stage.signedIn(await stage.application({}))
    expect(await algorithmsOf(stage, [ordinary.idToken, ordinary.accessToken])).toEqual(['RS256', 'RS256'])
  })

  test.each(['ES256', 'EdDSA'] as const)(
    'OIDC Registration §2: or with %s, if it registered that, for ID tokens and logout tokens',
    async (algorithm) => {
      const { id, access, logout } = await signedOnTheWay(stage, { id_token_signed_response_alg: algorithm })
      expect(await algorithmsOf(stage, [...id, logout])).toEqual(Array(3).fill(algorithm))
      expect(await algorithmsOf(stage, access)).toEqual(Array(2).fill('PS256'))
    },
  )
})

test('RFC 9068 §2.1: where the environment signs access tokens with what the profile allows, so are its own', async () => {
  await using stage = await startLogoutStage({ settings: { LATCHKEY_ACCESS_TOKEN_ALGORITHM: 'ES256' } })
  const { id, access } = await signedOnTheWay(stage)
  expect(await algorithmsOf(stage, access)).toEqual(['ES256', 'ES256'])
  expect(await algorithmsOf(stage, id)).toEqual(['PS256', 'PS256'])
})
