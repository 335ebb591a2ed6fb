import { signInThroughPages } from '../browser.ts'
import { introspectedClient, machineClient, redirectUri, userEmail, webClient } from '../fixtures.ts'
import { authorizationUrl } from '../operations.ts'
import { environmentOf } from './environment.ts'
import { startServer } from './server-process.ts'
import type { Surroundings, Target } from './target.ts'

export const startOidcProvider = async (surroundings: Surroundings): Promise<Target> => {
  const paths = {
    token: '/token',
    introspection: '/token/introspection',
    authorization: '/auth',
    jwks: '/jwks',
    discovery: '/.well-known/openid-configuration',
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
    databaseUrl: surroundings.databaseUrl,
    process,
    paths,
    machineClient,
    introspectedClient,
    webClient,
    signIn: (index) =>
      signInThroughPages({
        start: `http://127.0.0.1:${surroundings.port}${authorizationUrl(paths.authorization, webClient.id)}`,
        redirectUri,
        answers: { login: userEmail(index), password: 'any' },
      }),
  }
}
