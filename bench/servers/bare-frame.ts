import { introspectedClient, keyClientId, machineClient, webClient } from '../fixtures.ts'
import { environmentOf } from './environment.ts'
import { startServer } from './server-process.ts'
import type { Surroundings, Target } from './target.ts'

export const startBareFrame = async (surroundings: Surroundings): Promise<Target> => ({
  name: 'bare',
  port: surroundings.port,
  issuer: `http://127.0.0.1:${surroundings.port}`,
  databaseUrl: surroundings.databaseUrl,
  process: await startServer({
    entry: new URL('./bare-frame-main.ts', import.meta.url),
    env: environmentOf(surroundings),
    port: surroundings.port,
    profile: surroundings.profile,
    readyPath: '/jwks',
  }),
  paths: {
    token: '/token',
    introspection: '/introspection',
    authorization: '/authorize',
    jwks: '/jwks',
    discovery: '/discovery',
    userinfo: '/userinfo',
    revocation: '/revocation',
    pushedAuthorizationRequest: '/par',
  },
  machineClient,
  introspectedClient,
  keyClient: { id: keyClientId, pem: surroundings.keys.clientPem },
  ...{ webClient, offlineClient: webClient, userinfoClient: webClient },
  // As long as a session cookie is, so that the request has the same size.
  signIn: async (index) => `session=${String(index).padEnd(43, 'x')}`,
})
