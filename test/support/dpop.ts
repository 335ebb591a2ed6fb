import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { toEpochSeconds } from '../../src/system/clock.ts'
import type { TestApp } from './app.ts'
import { type Answer, answerOf } from './relying-party.ts'
import { sign, type TestKey } from './signing-client.ts'

type Members = Readonly<Record<string, unknown>>
type App = Pick<TestApp, 'issuer' | 'clock'>

export const TOKEN = '/oauth2/token'
export const USERINFO = '/oauth2/userinfo'

/** RFC 9449 §4.2: a proof for a POST to the token endpoint, with what is changed; undefined leaves out. */
export const proof = (app: App, key: TestKey, claims: Members = {}, header: Members = {}): Promise<string> =>
  sign(
    key,
    {
      jti: randomUUID(),
      htm: 'POST',
      htu: app.issuer + TOKEN,
      iat: toEpochSeconds(app.clock.now()),
      ...claims,
    },
    { typ: 'dpop+jwt', jwk: key.publicJwk, ...header },
  )

/** The header of a request to the token endpoint. */
export const dpop = async (
  app: App,
  key: TestKey,
  claims: Members = {},
  header: Members = {},
): Promise<Record<string, string>> => ({ dpop: await proof(app, key, claims, header) })

export const thumbprintOf = ({ publicJwk }: TestKey): Promise<string> => calculateJwkThumbprint(publicJwk)

export const athOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** The headers of a request to userinfo with a bound token. */
export const dpopToken = async (
  app: App,
  key: TestKey,
  token: string,
  claims: Members = {},
): Promise<Record<string, string>> => ({
  authorization: `DPoP ${token}`,
  ...(await dpop(app, key, { htm: 'GET', htu: app.issuer + USERINFO, ath: athOf(token), ...claims })),
})

export const userinfoWith = async (
  { issuer }: Pick<TestApp, 'issuer'>,
  headers: Record<string, string>,
): Promise<Answer> => answerOf(await fetch(issuer + USERINFO, { headers }))
