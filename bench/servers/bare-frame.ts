import { introspectedClient, machineClient, webClient } from '../fixtures.ts'
import { startServer } from './server-process.ts'
import type { Surroundings, Target } from './target.ts'

export const startBareFrame = async ({
  port,
  databaseUrl,
  signingKeyPem,
}: Surroundings): Promise<Target> => ({
  name: 'bare',
  port,
  databaseUrl,
  process: await startServer({
    entry: new URL('./bare-frame-main.ts', import.meta.url),
    env: { BENCH_PORT: String(port), BENCH_DATABASE_URL: databaseUrl, BENCH_SIGNING_KEY: signingKeyPem },
    port,
    readyPath: '/jwks',
  }),
  paths: {
    token: '/token',
    introspection: '/introspection',
    authorization: '/authorize',
    jwks: '/jwks',
    discovery: '/discovery',
  },
  machineClient,
  introspectedClient,
  webClient,
  // As long as a session cookie is, so that the request has the same size.
  signIn: async (index) => `session=${String(index).padEnd(43, 'x')}`,
})
