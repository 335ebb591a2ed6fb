import { createPrivateKey } from 'node:crypto'
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'
import pg from 'pg'
import {
  type ClientCredentials,
  introspectedClient,
  longTokenLifetimeSeconds,
  machineClient,
  poolSize,
  redirectUri,
  resourceIndicator,
  tokenLifetimeSeconds,
  webClient,
} from '../fixtures.ts'
import { readEnvironment } from './environment.ts'
import { adapterSchema, postgresAdapter } from './oidc-provider-adapter.ts'

/**
 * npm oidc-provider, set up to do what Latchkey does: JWT access tokens, state in PostgreSQL.
 * Clients and accounts are static, which spares it lookups that a real deployment would make.
 */
const { port, issuer, databaseUrl, keys } = readEnvironment()

const jwk = (pem: string, alg: string) => ({
  ...createPrivateKey(pem).export({ format: 'jwk' }),
  kid: `bench-${alg}`,
  use: 'sig',
  alg,
})
const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize })
await pool.query(adapterSchema)

const machine = ({ id, secret }: ClientCredentials) => ({
  client_id: id,
  client_secret: secret,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
})

const provider = new Provider(issuer, {
  adapter: postgresAdapter(pool),
  clients: [
    machine(machineClient),
    machine(introspectedClient),
    {
      client_id: webClient.id,
      client_secret: webClient.secret,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [redirectUri],
    },
  ],
  jwks: {
    keys: [
      jwk(keys.rsaPem, 'RS256'),
      ...(keys.accessTokenAlgorithm === 'RS256' ? [] : [jwk(keys.accessTokenPem, keys.accessTokenAlgorithm)]),
    ],
  },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['one key is enough for a bench'] },
  ttl: {
    AccessToken: tokenLifetimeSeconds,
    AuthorizationCode: 60,
    ClientCredentials: longTokenLifetimeSeconds,
    Grant: longTokenLifetimeSeconds,
    IdToken: longTokenLifetimeSeconds,
    Interaction: longTokenLifetimeSeconds,
    Session: longTokenLifetimeSeconds,
  },
  findAccount: async (_context, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, email: id, email_verified: true, name: id }),
  }),
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true },
    resourceIndicators: {
      enabled: true,
      // It refuses to introspect JWT access tokens, so the client of that operation gets opaque ones.
      defaultResource: async (_context, client) =>
        client.clientId === introspectedClient.id ? undefined : resourceIndicator,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_context, resource) => ({
        scope: '',
        audience: resource,
        accessTokenTTL: tokenLifetimeSeconds,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: keys.accessTokenAlgorithm } },
      }),
    },
  },
})
provider.on('server_error', (_context, error) => console.error(error))

createServer(provider.callback()).listen(port, '127.0.0.1')
