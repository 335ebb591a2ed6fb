import { signInThroughPages } from '../browser.ts'
import { introspectedClient, machineClient, redirectUri, userEmail, webClient } from '../fixtures.ts'
import { authorizationUrl } from '../operations.ts'
import { startServer } from './server-process.ts'
import type { Surroundings, Target } from './target.ts'

export const startOidcProvider = async ({
  port,
  databaseUrl,
  signingKeyPem,
}: Surroundings): Promise<Target> => {
  const paths = {
    token: '/token',
    introspection: '/token/introspection',
    authorization: '/auth',
    jwks: '/jwks',
    discovery: '/.well-known/openid-configuration',
  }
  const process = await startServer({
    entry: new URL('./oidc-provider-main.ts', import.meta.url),
    env: { BENCH_PORT: String(port), BENCH_DATABASE_URL: databaseUrl, BENCH_SIGNING_KEY: signingKeyPem },
    port,
    readyPath: paths.discovery,
  })
  return {
    name: 'oidc-provider',
    port,
    databaseUrl,
    process,
    paths,
    machineClient,
    introspectedClient,
    webClient,
    signIn: (index) =>
      signInThroughPages({
        start: `http://127.0.0.1:${port}${authorizationUrl(paths.authorization, webClient.id)}`,
        redirectUri,
        answers: { login: userEmail(index), password: 'any' },
      }),
  }
}
