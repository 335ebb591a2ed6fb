import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { TestApp } from './app.ts'
import { createBrowser, type TestBrowser } from './browser.ts'
import type { TestApplication, TestUser } from './fixtures.ts'
import { followAuthorization } from './follow-authorization.ts'

export { identify, signIn } from './follow-authorization.ts'

/*
 * Drives the flows as a client would that sends exactly what it is told to; for what the libraries would never send.
 */

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The JSON of the answer. */
  readonly body: Record<string, unknown>
}

export type Form = Readonly<Record<string, string>> | URLSearchParams

/** POSTs a form. */
export const post = async (
  url: string,
  form: Form,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form as Record<string, string>),
    headers,
  })
  return answerOf(response)
}

export const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  }
}

export const basic = (clientId: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})

/** client_id and client_secret of an application, for the body. */
export const credentials = ({ clientId, clientSecret }: TestApplication): Record<string, string> => ({
  client_id: clientId,
  ...(clientSecret !== '' && { client_secret: clientSecret }),
})

/** What it takes to use the refresh token of an answer. */
export const refreshing = (application: TestApplication, answer: Answer): Record<string, string> => ({
  grant_type: 'refresh_token',
  refresh_token: textOf(answer, 'refresh_token'),
  ...credentials(application),
})

export const newPkce = () => {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return { verifier, challenge, parameters: { code_challenge: challenge, code_challenge_method: 'S256' } }
}

export const authorizationUrl = (
  { issuer }: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  parameters: Readonly<Record<string, string>> = {},
): string =>
  `${issuer}/oauth2/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: application.clientId,
    redirect_uri: application.redirectUri,
    scope: 'openid',
    ...parameters,
  })}`

/**
 * Goes through the whole authorization: signs in where asked, allows where asked, takes the first organization.
 *
 * @returns the parameters of the answer at the redirection URI.
 */
export const authorize = async (
  app: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  user: TestUser,
  parameters: Readonly<Record<string, string>> = {},
  browser: TestBrowser = createBrowser(app.issuer),
): Promise<URLSearchParams> => {
  const url = new URL(authorizationUrl(app, application, parameters))
  return (await followAuthorization(url, user, { browser })).searchParams
}

/** Authorizes and redeems the code. */
export const obtainTokens = async (
  app: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  user: TestUser,
  parameters: Readonly<Record<string, string>> = {},
  browser?: TestBrowser,
): Promise<Answer> => {
  const pkce = newPkce()
  const response = await authorize(app, application, user, { ...pkce.parameters, ...parameters }, browser)
  return post(`${app.issuer}/oauth2/token`, {
    grant_type: 'authorization_code',
    code: response.get('code') ?? '',
    redirect_uri: application.redirectUri,
    code_verifier: pkce.verifier,
    ...credentials(application),
  })
}

/** A text value of an answer. */
export const textOf = ({ body }: Answer, name: string): string => {
  const value = body[name]
  if (typeof value !== 'string') throw new Error(`${name} is not in ${JSON.stringify(body)}`)
  return value
}

type Changes = Readonly<Record<string, string | undefined>>

/** The form with what is changed; undefined leaves a parameter out. */
const changed = (form: Readonly<Record<string, string>>, changes: Changes): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...form, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )

/** Redeems a code at the token endpoint. */
export const redeem = (
  { issuer }: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  code: string,
  changes: Changes = {},
): Promise<Answer> =>
  post(
    `${issuer}/oauth2/token`,
    changed(
      {
        grant_type: 'authorization_code',
        code,
        redirect_uri: application.redirectUri,
        ...credentials(application),
      },
      changes,
    ),
  )

export const refresh = (
  { issuer }: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  refreshToken: string,
  changes: Changes = {},
): Promise<Answer> =>
  post(
    `${issuer}/oauth2/token`,
    changed(
      { grant_type: 'refresh_token', refresh_token: refreshToken, ...credentials(application) },
      changes,
    ),
  )

/** A token the application gets for itself. */
export const clientToken = (
  { issuer }: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  changes: Changes = {},
): Promise<Answer> =>
  post(
    `${issuer}/oauth2/token`,
    changed({ grant_type: 'client_credentials', ...credentials(application) }, changes),
  )

export const introspect = (
  { issuer }: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  token: string,
): Promise<Answer> => post(`${issuer}/oauth2/introspection`, { token, ...credentials(application) })

export const revoke = (
  { issuer }: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  token: string,
): Promise<Answer> => post(`${issuer}/oauth2/revoke`, { token, ...credentials(application) })

export const userinfo = async ({ issuer }: Pick<TestApp, 'issuer'>, accessToken: string): Promise<Answer> =>
  answerOf(await fetch(`${issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } }))

/** RFC 6749 §5.2: status, code and headers of a refusal, and nothing else in the body. */
export const expectRefusal = ({ status, headers, body }: Answer, expected: number, error: string): void => {
  expect({ status, body }).toEqual({
    status: expected,
    body: { error, error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/) },
  })
  expect(headers.get('content-type')).toMatch(/^application\/json(;|$)/)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('pragma')).toBe('no-cache')
  if (expected === 401) expect(headers.get('www-authenticate')).toMatch(/^Basic realm="[^"]+"$/)
  else expect(headers.get('www-authenticate')).toBeNull()
}

/** The tables of everything that a token could stand on. */
const standingTables = [
  'session',
  'consent',
  'authorization_code',
  'authorization_grant',
  'refresh_token',
  'revoked_access_token',
  'pushed_request',
]

/** Of every row in the tables. */
/** Without last uses: those of before are written down by a job, whenever that comes round. */
const fingerprint = async (
  { testDatabase: { database } }: Pick<TestApp, 'testDatabase'>,
  tables: readonly string[],
): Promise<unknown> => {
  const each = tables.map(
    (table) => sql`select ${sql.lit(table)} as "table", count(*)::int as rows,
      md5(string_agg(content, ',' order by content)) as content
      from (select (to_jsonb(entry) - 'last_used_at')::text as content from ${sql.table(table)} entry) as entries`,
  )
  // A union has no order of its own, and of parallel parts the quickest comes first.
  const { rows } = await sql`${sql.join(each, sql` union all `)} order by 1`.execute(database.kysely)
  return rows
}

/** Does the work and sees that nothing was issued, used up or revoked by it. */
export const issuingNothing = async <T>(
  app: Pick<TestApp, 'testDatabase'>,
  work: () => Promise<T>,
  tables = standingTables,
): Promise<T> => {
  const before = await fingerprint(app, tables)
  const result = await work()
  expect(await fingerprint(app, tables)).toEqual(before)
  return result
}

/** Written down by a job as well, of what was refused whenever that was. */
const BY_JOBS: ReadonlySet<string> = new Set(['refused_request', 'statistic'])

/** Does the work and sees that no row of any table was written. */
export const writingNothing = async <T>(
  app: Pick<TestApp, 'testDatabase'>,
  work: () => Promise<T>,
): Promise<T> => {
  const tables = await app.testDatabase.database.kysely.introspection.getTables()
  return issuingNothing(
    app,
    work,
    tables.map(({ name }) => name).filter((name) => !BY_JOBS.has(name)),
  )
}

/** What one GET gets, without following it. */
export interface Opened {
  readonly status: number
  readonly headers: Headers
  readonly location: string | null
  readonly body: string
}

export const open = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Opened> => {
  const response = await fetch(url, { redirect: 'manual', headers })
  const { status } = response
  return {
    status,
    headers: response.headers,
    location: response.headers.get('location'),
    body: await response.text(),
  }
}

/** RFC 6749 §4.1.2.1: told to the person, on a page of the server, and nowhere else. */
export const expectErrorPage = ({ status, headers, location, body }: Opened, expected = 400): void => {
  expect({ status, location }).toEqual({ status: expected, location: null })
  // RFC 9110 §15.6.4: what passes by itself says when to come again.
  expect(headers.has('retry-after')).toBe(expected === 503)
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('refresh')).toBeNull()
  expect(body).not.toMatch(/<meta[^>]+http-equiv|<script/i)
}

/** RFC 6749 §4.1.2.1, RFC 9207 §2: told to the client, at its redirection URI. */
export const expectErrorRedirect = (
  { status, headers, location }: Opened,
  expected: {
    readonly to: string
    readonly error: string
    readonly iss: string
    readonly state?: string
    /** 303 where a form was posted (RFC 9700 §4.12). */
    readonly status?: 303
  },
): void => {
  const { to, error, iss, state } = expected
  expect({ status, location }).toEqual({
    status: expected.status ?? 302,
    location: expect.stringContaining(`${to}${to.includes('?') ? '&' : '?'}`),
  })
  expect(location?.startsWith(to)).toBe(true)
  const answer = new URLSearchParams(location?.slice(to.length + 1))
  expect(Object.fromEntries(answer)).toEqual({
    error,
    error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/),
    ...(state !== undefined && { state }),
    iss,
  })
  expect(answer.size).toBe(state === undefined ? 3 : 4)
  expect(headers.get('cache-control')).toBe('no-store')
}

/** Takes back what the user allowed the application, for every organization. */
export const withdrawConsent = async (
  { stores }: Pick<TestApp, 'stores'>,
  user: TestUser,
  application: TestApplication,
): Promise<void> => {
  expect(await stores.consents.withdraw(user.id, application.id)).not.toEqual([])
}
