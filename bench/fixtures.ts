import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** What every server is set up with, so that all of them do the same work for the same requests. */

export const resourceIndicator = 'https://api.bench.example'
export const redirectUri = 'https://client.bench.example/callback'
export const userScope = 'openid profile email'
export const tokenLifetimeSeconds = 300
/** Access tokens that are introspected must outlive the whole run, or the last rounds measure expired ones. */
export const longTokenLifetimeSeconds = 3600

/** The pool of every server: the default of `pg` and of Latchkey, and more than two cores can keep busy. */
export const poolSize = 10

export interface ClientCredentials {
  readonly id: string
  readonly secret: string
}

export const machineClient: ClientCredentials = { id: 'bench-machine', secret: `machine-${'s'.repeat(40)}` }
export const introspectedClient: ClientCredentials = {
  id: 'bench-introspected',
  secret: `intro-${'s'.repeat(40)}`,
}
export const webClient: ClientCredentials = { id: 'bench-web', secret: `web-${'s'.repeat(40)}` }

/** May have refresh tokens. */
export const offlineClient: ClientCredentials = { id: 'bench-offline', secret: `offline-${'s'.repeat(40)}` }
/** Its access tokens are for userinfo. */
export const userinfoClient: ClientCredentials = { id: 'bench-userinfo', secret: `info-${'s'.repeat(40)}` }
/** Authenticates by its key. */
export const keyClientId = 'bench-key'

export const userEmail = (index: number): string => `user-${index}@bench.example`
export const userPassword = 'correct horse battery staple 42'

/** RFC 7636 appendix B's shape; one pair for all flows, since making one is the client's work, not the server's. */
export const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')

export const accessTokenAlgorithms = ['RS256', 'ES256'] as const
export type AccessTokenAlgorithm = (typeof accessTokenAlgorithms)[number]

/** Keys in PKCS #8, handed to the servers that do not make their own. ID tokens are RS256 everywhere. */
export interface SigningKeys {
  readonly accessTokenAlgorithm: AccessTokenAlgorithm
  readonly rsaPem: string
  readonly accessTokenPem: string
  /** Of the client that authenticates by its key (ES256). */
  readonly clientPem: string
}

/** What servers know of that key. */
export const clientJwk = ({ clientPem }: Pick<SigningKeys, 'clientPem'>) => ({
  ...createPublicKey(clientPem).export({ format: 'jwk' }),
  ...{ kid: 'bench-client', use: 'sig', alg: 'ES256' },
})

export const newSigningKeys = (accessTokenAlgorithm: AccessTokenAlgorithm): SigningKeys => {
  const rsaPem = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }))
  const newEcPem = () => pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  const accessTokenPem = accessTokenAlgorithm === 'RS256' ? rsaPem : newEcPem()
  return { accessTokenAlgorithm, rsaPem, accessTokenPem, clientPem: newEcPem() }
}

const pemOf = ({ privateKey }: { readonly privateKey: KeyObject }): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
