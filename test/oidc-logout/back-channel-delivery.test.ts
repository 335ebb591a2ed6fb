import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { SessionId } from '../../src/protocol/identifiers.ts'
import { OutboundFailure, type OutboundFetch, type OutboundRequest } from '../../src/system/outbound-fetch.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { type LogoutStage, type SignedIn, startLogoutStage, until } from './logout-stage.ts'

/* How logout tokens get to applications that do not answer as they should: with an outside world of the test's own. */

type Answer = number | 'hang' | Error

let stage: LogoutStage
const requests: OutboundRequest[] = []
const answers = new Map<string, Answer[]>()
const hanging: (() => void)[] = []

const outboundFetch: OutboundFetch = async (request) => {
  requests.push(request)
  const [answer = 200, ...others] = answers.get(request.url) ?? []
  if (others.length > 0) answers.set(request.url, others)
  if (answer instanceof Error) throw answer
  if (answer !== 'hang') return { status: answer, headers: {}, body: Buffer.alloc(0) }
  await new Promise<void>((resolve) => hanging.push(resolve))
  throw new OutboundFailure('timed_out')
}

beforeAll(async () => {
  stage = await startLogoutStage({ overrides: { outboundFetch } })
})
afterAll(async () => {
  for (const release of hanging) release()
  await stage[Symbol.asyncDispose]()
})

let count = 0
/** One that answers so, the last of several for good. */
const answering = async (...given: Answer[]) => {
  const url = `https://rp-${++count}.example.com/logout`
  answers.set(url, given)
  return { url, application: await stage.application({ backchannel_logout_uri: url }) }
}

const logOut = ({ browser, idToken }: SignedIn) => browser.get(stage.logoutUrl({ id_token_hint: idToken }))

const signedOutOf = async (application: TestApplication): Promise<SignedIn> => {
  const who = await stage.signedIn(application)
  await logOut(who)
  return who
}

/** Later; the job looks at once, since there is something new for it as well. */
const later = async (seconds: number): Promise<void> => {
  stage.app.clock.advance(seconds)
  await signedOutOf((await answering(200)).application)
}

const to = (url: string) => requests.filter((request) => request.url === url)

const deliveryOf = async ({ sid }: SignedIn) => {
  const [delivery] = await stage.app.stores.logoutDeliveries.ofSession(sid as SessionId)
  return delivery
}

const failuresOf = async ({ id }: TestApplication) =>
  (await eventsOf(stage.app, id, ['logout_delivery.failed'])).map(({ data, actor }) => ({ data, actor }))

describe('OIDC Back-Channel Logout §2.8: the answer', () => {
  test.each([200, 204])('%i: it is done', async (status) => {
    const { url, application } = await answering(status)
    const who = await signedOutOf(application)
    await until(async () => expect(await deliveryOf(who)).toMatchObject({ deliveredAt: expect.any(Date) }))
    expect(to(url)).toHaveLength(1)
    expect(await failuresOf(application)).toEqual([])
  })

  test('400: it failed, and is not tried again; an event says so', async () => {
    const { url, application } = await answering(400)
    const who = await signedOutOf(application)
    const failed = { nextAttemptAt: null, deliveredAt: null, lastError: 'status_400', attempts: 1 }
    await until(async () => expect(await deliveryOf(who)).toMatchObject(failed))
    await later(7200)
    expect(to(url)).toHaveLength(1)
    expect(await failuresOf(application)).toEqual([
      {
        actor: { type: 'system' },
        data: {
          client_id: application.clientId,
          session_id: who.sid,
          user_id: who.user.id,
          attempts: 1,
          error: 'status_400',
        },
      },
    ])
  })

  test.each<[Answer, string]>([
    [500, 'status_500'],
    [302, 'status_302'],
    [201, 'status_201'],
    [new OutboundFailure('connection_failed'), 'connection_failed'],
    [new OutboundFailure('forbidden_address'), 'forbidden_address'],
  ])('%s: it is tried again later, with a token of its own', async (answer, lastError) => {
    const { url, application } = await answering(answer, 200)
    const who = await signedOutOf(application)
    await until(async () => expect(await deliveryOf(who)).toMatchObject({ attempts: 1, lastError }))
    expect(to(url)).toHaveLength(1)
    await later(10)
    await until(async () => expect(await deliveryOf(who)).toMatchObject({ deliveredAt: expect.any(Date) }))
    const [first, second] = to(url)
    expect(first?.body).not.toBe(second?.body)
    expect(await deliveryOf(who)).toMatchObject({ attempts: 2, lastError: null })
    expect(await failuresOf(application)).toEqual([])
  })

  test('never the right one: it is given up after a few attempts, and an event says so, once', async () => {
    const { url, application } = await answering(500, 501, 502, 503, 504, 505)
    const who = await signedOutOf(application)
    for (let attempts = 1; attempts <= 6; attempts++) {
      const lastError = `status_${499 + attempts}`
      await until(async () => expect(await deliveryOf(who)).toMatchObject({ attempts, lastError }))
      await later(2 * 3600)
    }
    expect(await deliveryOf(who)).toMatchObject({ attempts: 6, nextAttemptAt: null, deliveredAt: null })
    expect(to(url)).toHaveLength(6)
    expect(await failuresOf(application)).toMatchObject([{ data: { attempts: 6, error: 'status_505' } }])
  })

  test('the application has changed its mind since: it is left alone', async () => {
    const { url, application } = await answering(500)
    const who = await signedOutOf(application)
    await until(async () => expect(await deliveryOf(who)).toMatchObject({ attempts: 1 }))
    await stage.management.put(`/latchkey/v1/applications/${application.id}/client_metadata`, {})
    await later(10)
    await until(async () => expect(await deliveryOf(who)).toMatchObject({ lastError: 'no_logout_uri' }))
    expect(to(url)).toHaveLength(1)
  })

  test('the application is deleted: what waited for it goes along', async () => {
    const { application } = await answering(500)
    const who = await signedOutOf(application)
    await until(async () => expect(await deliveryOf(who)).toMatchObject({ attempts: 1 }))
    await stage.app.stores.clients.delete(application.id)
    expect(await deliveryOf(who)).toBeUndefined()
  })
})

describe('an application that does not answer', () => {
  test('holds up no other, though many sessions wait for it, and no user', async () => {
    const slow = await answering('hang')
    const quick = await answering(200)
    for (let i = 0; i < 5; i++) await signedOutOf(slow.application)
    await until(() => expect(to(slow.url)).toHaveLength(1))
    const who = await stage.signedIn(slow.application)
    await stage.signedIn(quick.application, who)
    await logOut(who)
    await until(() => expect(to(quick.url)).toHaveLength(1))
    // One at a time, for it has never taken any.
    expect(to(slow.url)).toHaveLength(1)
    for (const release of hanging.splice(0)) release()
    answers.set(slow.url, [200])
  })
})

test('the log holds no token', () => {
  const tokens = requests.map(({ body }) => new URLSearchParams(body).get('logout_token') ?? '')
  expect(tokens.length).toBeGreaterThan(10)
  const log = stage.app.logLines.join()
  for (const token of tokens) expect(log).not.toContain(token.split('.')[2])
})

// The embedded store has one process.
if (inject('testStore').kind === 'postgres') {
  test('two nodes tell each application once of each session', async () => {
    const node = await stage.app.startNode()
    try {
      const { url, application } = await answering(200)
      const user = await stage.app.fixtures.user()
      const sessions: SignedIn[] = []
      for (let i = 0; i < 8; i++) sessions.push(await stage.signedIn(application, { user }))
      await stage.management.put(`/user_management/users/${user.id}`, {
        password: 'another correct horse battery',
      })
      await until(async () => {
        for (const who of sessions) {
          expect(await deliveryOf(who)).toMatchObject({ attempts: 1, deliveredAt: expect.any(Date) })
        }
      })
      expect(to(url)).toHaveLength(8)
    } finally {
      await node.close()
    }
  })
}
