import { createPrivateKey } from 'node:crypto'
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'
import pg from 'pg'
import {
  type ClientCredentials,
  clientJwk,
  introspectedClient,
  keyClientId,
  longTokenLifetimeSeconds,
  machineClient,
  offlineClient,
  poolSize,
  redirectUri,
  resourceIndicator,
  tokenLifetimeSeconds,
  userinfoClient,
  webClient,
} from '../fixtures.ts'
import { readEnvironment } from './environment.ts'
import { adapterSchema, postgresAdapter } from './oidc-provider-adapter.ts'

/**
 * npm oidc-provider, set up to do what Latchkey does: JWT access tokens, state in PostgreSQL, which clients and accounts are
 * as well, so that they can be made and deleted while it runs. With --static-clients they are in its configuration.
 */
const { port, issuer, databaseUrl, keys, staticClients } = readEnvironment()

const jwk = (pem: string, alg: string) => ({
  ...createPrivateKey(pem).export({ format: 'jwk' }),
  kid: `bench-${alg}`,
  use: 'sig',
  alg,
})
const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize })
await pool.query(adapterSchema)
await pool.query('CREATE TABLE account (id text PRIMARY KEY, claims jsonb NOT NULL)')

const machine = ({ id, secret }: ClientCredentials) => ({
  client_id: id,
  client_secret: secret,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
})

const web = ({ id, secret }: ClientCredentials, ...grantTypes: readonly string[]) => ({
  client_id: id,
  client_secret: secret,
  grant_types: grantTypes,
  response_types: ['code'],
  redirect_uris: [redirectUri],
})

const clients = [
  machine(machineClient),
  machine(introspectedClient),
  {
    ...machine({ id: keyClientId, secret: '' }),
    client_secret: undefined,
    token_endpoint_auth_method: 'private_key_jwt' as const,
    token_endpoint_auth_signing_alg: 'ES256' as const,
    jwks: { keys: [clientJwk(keys)] },
  },
  web(webClient, 'authorization_code'),
  web(offlineClient, 'authorization_code', 'refresh_token'),
  web(userinfoClient, 'authorization_code'),
]
const adapter = postgresAdapter(pool)
if (!staticClients) {
  for (const client of clients) await adapter('Client').upsert(client.client_id, client)
}

const claimsOf = (id: string) => ({ sub: id, email: id, email_verified: true, name: id })

/** Whoever signs in has an account from then on. */
const storedClaims = async (id: string): Promise<ReturnType<typeof claimsOf>> => {
  const { rows } = await pool.query<{ claims: ReturnType<typeof claimsOf> }>({
    name: 'find_account',
    text: 'SELECT claims FROM account WHERE id = $1',
    values: [id],
  })
  if (rows[0]) return rows[0].claims
  const claims = claimsOf(id)
  await pool.query('INSERT INTO account VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, JSON.stringify(claims)])
  return claims
}

const provider = new Provider(issuer, {
  adapter,
  clients: staticClients ? clients : [],
  jwks: {
    keys: [
      jwk(keys.rsaPem, 'RS256'),
      ...(keys.accessTokenAlgorithm === 'RS256' ? [] : [jwk(keys.accessTokenPem, keys.accessTokenAlgorithm)]),
    ],
  },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['one key is enough for a bench'] },
  ttl: {
    AccessToken: longTokenLifetimeSeconds,
    AuthorizationCode: 60,
    ClientCredentials: longTokenLifetimeSeconds,
    Grant: longTokenLifetimeSeconds,
    IdToken: longTokenLifetimeSeconds,
    Interaction: longTokenLifetimeSeconds,
    RefreshToken: longTokenLifetimeSeconds,
    Session: longTokenLifetimeSeconds,
  },
  issueRefreshToken: async (_context, { clientId }) => clientId === offlineClient.id,
  rotateRefreshToken: true,
  findAccount: async (_context, id) => {
    const claims = staticClients ? claimsOf(id) : await storedClaims(id)
    return { accountId: id, claims: async () => claims }
  },
  features: {
    clientCredentials: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true },
    resourceIndicators: {
      enabled: true,
      // It introspects and revokes no JWT access tokens, and takes none for userinfo: those clients get opaque ones.
      defaultResource: async (_context, client) =>
        client.clientId === introspectedClient.id || client.clientId === userinfoClient.id
          ? undefined
          : resourceIndicator,
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
