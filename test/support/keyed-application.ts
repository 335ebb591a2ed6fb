import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import type { TestApp } from './app.ts'
import type { TestApplication } from './fixtures.ts'
import { type Answer, authorizationUrl, credentials, post, textOf } from './relying-party.ts'
import { newTestKey, sign, type TestKey, withKeys } from './signing-client.ts'

/*
 * Applications that sign, and the ways by which their authorization requests arrive: pushed (RFC 9126) or in an object
 * (RFC 9101).
 */

type Claims = Readonly<Record<string, unknown>>

export interface KeyedApplication extends TestApplication {
  readonly key: TestKey
}

/** Sets what an application says of itself, as it would register it. */
export const describeApplication = (
  app: Pick<TestApp, 'stores' | 'clock' | 'changesHeard'>,
  application: TestApplication,
  metadata: ClientMetadata,
): Promise<TestApplication> => withKeys(app, application, [], metadata)

/** Gives an application a key. */
export const withKey = async (
  app: Pick<TestApp, 'stores' | 'clock' | 'changesHeard'>,
  application: TestApplication,
  metadata: ClientMetadata = {},
  algorithm = 'ES256',
): Promise<KeyedApplication> => {
  const key = await newTestKey(algorithm)
  return { ...(await withKeys(app, application, [key], metadata)), key }
}

/** NumericDate of the server's clock, and some seconds more. */
export const secondsFrom = ({ clock }: Pick<TestApp, 'clock'>, seconds = 0): number =>
  Math.floor(clock.now().getTime() / 1000) + seconds

/** The claims of a request object that is right in everything; undefined leaves one out. */
export const objectClaims = (
  app: Pick<TestApp, 'issuer' | 'clock'>,
  application: TestApplication,
  changes: Claims = {},
): Claims => ({
  iss: application.clientId,
  aud: app.issuer,
  nbf: secondsFrom(app),
  exp: secondsFrom(app, 300),
  client_id: application.clientId,
  response_type: 'code',
  redirect_uri: application.redirectUri,
  scope: 'openid',
  state: 'inside',
  ...changes,
})

export const requestObject = (
  app: Pick<TestApp, 'issuer' | 'clock'>,
  application: KeyedApplication,
  changes: Claims = {},
  header: Claims = { typ: 'oauth-authz-req+jwt' },
): Promise<string> => sign(application.key, objectClaims(app, application, changes), header)

/** RFC 9126 §2.1: what a client would have sent the browser with. Undefined leaves a parameter out. */
export const push = (
  app: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> => {
  const { searchParams } = new URL(authorizationUrl(app, application))
  const form = { ...Object.fromEntries(searchParams), ...credentials(application), ...changes }
  return post(
    `${app.issuer}/oauth2/par`,
    Object.fromEntries(
      Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  )
}

/** RFC 9126 §4: with the client and the URI alone. */
export const pushedUrl = (
  { issuer }: Pick<TestApp, 'issuer'>,
  { clientId }: TestApplication,
  requestUri: string,
  beside: Readonly<Record<string, string>> = {},
): string =>
  `${issuer}/oauth2/authorize?${new URLSearchParams({ client_id: clientId, request_uri: requestUri, ...beside })}`

/** Pushes, and says where to send the browser. */
export const pushed = async (
  app: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<string> =>
  pushedUrl(app, application, textOf(await push(app, application, changes), 'request_uri'))
