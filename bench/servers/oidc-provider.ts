import { signInThroughPages } from '../browser.ts'
import {
  introspectedClient,
  keyClientId,
  machineClient,
  offlineClient,
  redirectUri,
  userEmail,
  userinfoClient,
  webClient,
} from '../fixtures.ts'
import { authorizationUrl } from '../operations/operation.ts'
import { environmentOf } from './environment.ts'
import { startServer } from './server-process.ts'
import type { Surroundings, Target } from './target.ts'

export const startOidcProvider = async (surroundings: Surroundings): Promise<Target> => {
  const issuer = `http://127.0.0.1:${surroundings.port}`
  const paths = {
    token: '/token',
    introspection: '/token/introspection',
    authorization: '/auth',
    jwks: '/jwks',
    discovery: '/.well-known/openid-configuration',
    userinfo: '/me',
    revocation: '/token/revocation',
    pushedAuthorizationRequest: '/request',
  }
  const process = await startServer({
    entry: new URL('./oidc-provider-main.ts', import.meta.url),
    env: environmentOf(surroundings),
    port: surroundings.port,
    profile: surroundings.profile,
    readyPath: paths.discovery,
  })
  return {
    name: 'oidc-provider',
    port: surroundings.port,
    issuer,
    databaseUrl: surroundings.databaseUrl,
    process,
    paths,
    machineClient,
    introspectedClient,
    keyClient: { id: keyClientId, pem: surroundings.keys.clientPem },
    ...{ webClient, offlineClient, userinfoClient },
    // It asks for consent to each of them.
    signIn: async (index) => {
      const answers = { login: userEmail(index), password: 'any' }
      let cookies: string | undefined
      for (const { id } of [webClient, offlineClient, userinfoClient]) {
        const start = issuer + authorizationUrl(paths.authorization, id)
        cookies = await signInThroughPages({
          ...{ start, redirectUri, answers },
          ...(cookies !== undefined && { cookies }),
        })
      }
      return cookies ?? ''
    },
  }
}
