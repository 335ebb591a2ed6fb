import { DEVICE_CODE_GRANT, decide, newDevice, poll } from '../support/device.ts'
import { authorizeImplicitly } from '../support/implicit.ts'
import { authorize, clientToken, redeem, textOf } from '../support/relying-party.ts'
import { ACCESS_TOKEN_TYPE, exchange } from '../support/token-exchange.ts'
import type { Held, Own, Way } from './own.ts'

/*
 * The ways to get tokens, one or two for each grant of the registry: matrix.test.ts sees to it that none is missing.
 */

/** Where exchanged tokens are for. */
export const RESOURCE = 'https://api.example.com/'

const codeOf = async ({ app, application, user, browser, scope }: Own): Promise<string> =>
  (await authorize(app, application, user, { scope }, browser)).get('code') ?? ''

const byCode = async (own: Own): Promise<Held> => {
  const tokens = await redeem(own.app, own.application, await codeOf(own))
  return {
    access: textOf(tokens, 'access_token'),
    refresh: own.scope.includes('offline_access') ? textOf(tokens, 'refresh_token') : undefined,
    proof: { code: await codeOf(own), redirect_uri: own.application.redirectUri },
  }
}

const byRefresh = async (own: Own): Promise<Held> => {
  const held = await byCode(own)
  return { ...held, proof: { refresh_token: held.refresh ?? '' } }
}

const approvedDevice = async ({ app, application, user, browser, scope }: Own): Promise<string> => {
  const device = await newDevice(app, application, { scope })
  await decide(app, device, user, 'allow', browser)
  return device.deviceCode
}

const byDevice = async (own: Own): Promise<Held> => {
  const { app, application, scope } = own
  const tokens = await poll(app, application, { deviceCode: await approvedDevice(own) })
  return {
    access: textOf(tokens, 'access_token'),
    refresh: scope.includes('offline_access') ? textOf(tokens, 'refresh_token') : undefined,
    proof: { device_code: await approvedDevice(own) },
  }
}

/** The application exchanges a token that it got itself: what becomes of that one becomes of the other. */
const byExchange = async (own: Own): Promise<Held> => {
  const { access: subject } = await byCode(own)
  return {
    access: textOf(await exchange(own.app, own.application, subject, { resource: RESOURCE }), 'access_token'),
    refresh: undefined,
    proof: { subject_token: subject, subject_token_type: ACCESS_TOKEN_TYPE, resource: RESOURCE },
  }
}

/** OIDC Core §3.2: nobody shows anything at the token endpoint. */
const byBrowser = async ({ app, application, user, browser, scope }: Own): Promise<Held> => ({
  access: (await authorizeImplicitly(app, application, user, { scope }, browser))['access_token'] ?? '',
  refresh: undefined,
  proof: {},
})

export const ways: readonly Way[] = [
  {
    grantType: 'authorization_code',
    name: 'authorization_code',
    subject: 'user',
    isOffline: true,
    hold: byCode,
  },
  {
    grantType: 'authorization_code',
    name: 'authorization_code without offline_access',
    subject: 'user',
    isOffline: false,
    hold: byCode,
  },
  { grantType: 'refresh_token', name: 'refresh_token', subject: 'user', isOffline: true, hold: byRefresh },
  {
    grantType: 'client_credentials',
    name: 'client_credentials',
    subject: 'client',
    isOffline: false,
    hold: async ({ app, application }) => ({
      access: textOf(await clientToken(app, application), 'access_token'),
      refresh: undefined,
      proof: {},
    }),
  },
  { grantType: DEVICE_CODE_GRANT, name: 'device_code', subject: 'user', isOffline: true, hold: byDevice },
  {
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    name: 'token-exchange',
    subject: 'user',
    isOffline: false,
    isFirstParty: true,
    hold: byExchange,
  },
  {
    grantType: 'implicit',
    name: 'implicit',
    subject: 'user',
    isOffline: false,
    isImplicit: true,
    hold: byBrowser,
  },
]
