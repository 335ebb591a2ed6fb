import { expect } from 'vitest'
import type { TestApp } from './app.ts'
import type { TestApplication } from './fixtures.ts'
import { type Answer, answerOf, textOf } from './relying-party.ts'

export const SETTINGS = '/latchkey/v1/settings'

/** What a client sends that signs users in. */
export const METADATA = {
  client_name: 'Notes',
  redirect_uris: ['https://notes.example/callback'],
} as const

/** POSTs, or does otherwise, with JSON; a body that is a string goes as it is. */
export const send = async (
  url: string,
  body?: unknown,
  { method = 'POST', headers = {} }: { method?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> =>
  answerOf(
    await fetch(url, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  )

export const register = (
  { issuer }: Pick<TestApp, 'issuer'>,
  metadata: unknown = METADATA,
): Promise<Answer> => send(`${issuer}/oauth2/register`, metadata)

export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** Lets applications register themselves. */
export const switchOn = async (app: TestApp, settings: Record<string, unknown> = {}): Promise<void> => {
  const management = await app.management()
  const { status } = await management.patch(SETTINGS, { dynamic_client_registration: true, ...settings })
  expect(status).toBe(200)
}

/** A registered client as the tests of flows know applications. */
export const registeredApplication = async (app: TestApp, answer: Answer): Promise<TestApplication> => {
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 201 })
  const client = await app.stores.clients.byClientId(textOf(answer, 'client_id'))
  if (!client) throw new Error('The registered client is not there.')
  return {
    id: client.id,
    clientId: client.clientId,
    clientSecret: (answer.body['client_secret'] as string | undefined) ?? '',
    credentialId: undefined,
    redirectUri: client.redirectUris[0]?.uri ?? '',
  }
}

/** RFC 7591 §3.2.2: a refusal, and no client for it. */
export const expectNotRegistered = async (
  app: TestApp,
  metadata: unknown,
  error: string,
  status = 400,
): Promise<Answer> => {
  const before = await countClients(app)
  const answer = await register(app, metadata)
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: { error, error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/) },
  })
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await countClients(app)).toBe(before)
  return answer
}

export const countClients = async ({ testDatabase }: TestApp): Promise<number> => {
  const { count } = await testDatabase.database.kysely
    .selectFrom('application')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
