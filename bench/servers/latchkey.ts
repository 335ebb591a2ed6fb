import { existsSync } from 'node:fs'
import { signInThroughPages } from '../browser.ts'
import { longTokenLifetimeSeconds, redirectUri, userEmail, userPassword } from '../fixtures.ts'
import { fill } from '../growth/fill.ts'
import { sizeOf } from '../growth/rows.ts'
import { authorizationUrl } from '../operations/operation.ts'
import { seed } from './latchkey-seed.ts'
import { startServer } from './server-process.ts'
import type { Surroundings, Target } from './target.ts'

const program = new URL('../../dist/src/main.js', import.meta.url)

/** Latchkey as it is deployed: the built program, one process, with a PostgreSQL of its own. */
export const startLatchkey = async (
  { port, databaseUrl, users, keys, profile }: Surroundings,
  /** Another start of the same program. */
  { entry = program, args = ['serve'] }: { readonly entry?: URL; readonly args?: readonly string[] } = {},
): Promise<Target> => {
  if (!existsSync(program)) throw new Error('Latchkey is not built: run npm run build, or npm run bench')
  const issuer = `http://127.0.0.1:${port}`
  const paths = {
    token: '/oauth2/token',
    introspection: '/oauth2/introspection',
    authorization: '/oauth2/authorize',
    jwks: '/oauth2/jwks',
    discovery: '/.well-known/openid-configuration',
    userinfo: '/oauth2/userinfo',
    revocation: '/oauth2/revoke',
    pushedAuthorizationRequest: '/oauth2/par',
  }
  const env = {
    DATABASE_URL: databaseUrl,
    LATCHKEY_SECRET: 'only for measuring: forty-odd characters long',
    LATCHKEY_ISSUER: issuer,
    LATCHKEY_HOST: '127.0.0.1',
    LATCHKEY_PORT: String(port),
    LATCHKEY_MIGRATE_ON_START: 'true',
    LATCHKEY_LOG_LEVEL: 'warn',
    // All of the driver's users sign in from one address.
    LATCHKEY_RELAX_RATE_LIMITS: 'true',
    LATCHKEY_ACCESS_TOKEN_ALGORITHM: keys.accessTokenAlgorithm,
    LATCHKEY_ACCESS_TOKEN_SECONDS: String(longTokenLifetimeSeconds),
  }
  const process = await startServer({
    entry,
    args,
    env,
    port,
    readyPath: paths.discovery,
    profile,
  })
  try {
    const seeded = await seed(databaseUrl, users, keys)
    return {
      name: 'latchkey',
      port,
      issuer,
      databaseUrl,
      process,
      paths,
      ...seeded,
      signIn: (index) =>
        signInThroughPages({
          start: `${issuer}${authorizationUrl(paths.authorization, seeded.webClient.id)}`,
          redirectUri,
          answers: { email: userEmail(index), password: userPassword, decision: 'allow' },
        }),
    }
  } catch (error) {
    await process.stop()
    throw error
  }
}

/** @param share of a database of full size (bench/growth/rows.ts). */
export const startGrownLatchkey = async (
  surroundings: Surroundings,
  share: number,
  say: (text: string) => void,
): Promise<Target> => {
  await fill(surroundings.databaseUrl, sizeOf(share), say)
  return { ...(await startLatchkey(surroundings)), name: 'latchkey-grown' }
}
