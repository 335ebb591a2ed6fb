import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { toEpochSeconds } from '../../src/system/clock.ts'
import type { TestApp } from './app.ts'
import type { TestApplication } from './fixtures.ts'

/*
 * Keys of clients, and what they sign with them: exactly what a test says, right or wrong.
 */

export interface TestKey {
  readonly alg: string
  readonly publicJwk: Record<string, string>
  readonly privateKey: CryptoKey
}

export const newTestKey = async (alg = 'ES256', members: Record<string, string> = {}): Promise<TestKey> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = { ...((await exportJWK(publicKey)) as Record<string, string>), ...members }
  return { alg, publicJwk, privateKey }
}

type Members = Readonly<Record<string, unknown>>

/** With a member undefined it is left out. */
export const sign = (
  { alg, privateKey }: Pick<TestKey, 'alg' | 'privateKey'>,
  claims: Members,
  header: Members = {},
): Promise<string> =>
  new SignJWT(withoutUndefined(claims) as JWTPayload)
    .setProtectedHeader(withoutUndefined({ alg, ...header }) as { alg: string })
    .sign(privateKey)

const withoutUndefined = (members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** Gives an application its keys and what it says of itself; when this is done, the server knows. */
export const withKeys = async (
  app: Pick<TestApp, 'stores' | 'clock' | 'changesHeard'>,
  application: TestApplication,
  keys: readonly Pick<TestKey, 'publicJwk'>[],
  metadata: ClientMetadata = {},
): Promise<TestApplication> => {
  await app.stores.clients.update(application.id, {
    ...(keys.length > 0 && { jwks: { keys: keys.map(({ publicJwk }) => publicJwk) } }),
    metadata,
    updatedAt: app.clock.now(),
  })
  await app.changesHeard()
  return application
}

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The claims of RFC 7523 §3, as a client would have them; with what is changed. */
export const assertionClaims = (
  app: Pick<TestApp, 'issuer' | 'clock'>,
  { clientId }: Pick<TestApplication, 'clientId'>,
  changes: Members = {},
): Members => {
  const now = toEpochSeconds(app.clock.now())
  return {
    iss: clientId,
    sub: clientId,
    aud: app.issuer,
    iat: now,
    exp: now + 60,
    jti: randomUUID(),
    ...changes,
  }
}

/** RFC 7523 §2.2: the parameters of a request, with an assertion of its own. */
export const assertion = async (
  app: Pick<TestApp, 'issuer' | 'clock'>,
  application: Pick<TestApplication, 'clientId'>,
  key: TestKey,
  changes: Members = {},
  header: Members = {},
): Promise<Record<string, string>> => ({
  client_assertion_type: ASSERTION_TYPE,
  client_assertion: await sign(key, assertionClaims(app, application, changes), header),
})
