import { authorize, clientToken, redeem, textOf } from '../support/relying-party.ts'
import type { Held, Own, Way } from './own.ts'

/*
 * The ways to get tokens, one or two for each grant of the registry: matrix.test.ts sees to it that none is missing.
 */

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
]
