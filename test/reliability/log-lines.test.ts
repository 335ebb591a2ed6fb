import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { readMetrics } from '../support/metrics.ts'
import {
  authorizationUrl,
  basic,
  clientToken,
  credentials,
  introspect,
  newPkce,
  obtainTokens,
  post,
  redeem,
  refresh,
  revoke,
  signIn,
  textOf,
  userinfo,
} from '../support/relying-party.ts'
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from '../support/trace-receiver.ts'

/*
 * Every flow once, well and badly, with everything secret noted; then nothing of that is in a log line, an event, a span or
 * a metric, whole or in part.
 */

const PASSWORD = 'correct horse battery staple'
const WRONG_PASSWORD = 'Tr0ub4dor&3-wrong-password'

let app: TestApp
let receiver: TraceReceiver
let watching: string
let user: TestUser
let web: TestApplication
let thirdParty: TestApplication
let native: TestApplication
let machine: TestApplication
const secrets = new Set<string>()
beforeAll(async () => {
  receiver = await startTraceReceiver()
  const metricsPort = await freePort()
  watching = `http://localhost:${metricsPort}`
  app = await startTestApp({
    settings: {
      ...receiver.settings,
      LATCHKEY_METRICS_PORT: String(metricsPort),
      LATCHKEY_OUTBOUND_ALLOWED_HOSTS: '127.0.0.1',
    },
  })
  const organizations = [await app.fixtures.organization(), await app.fixtures.organization()]
  user = await app.fixtures.user({ organizations, password: PASSWORD })
  web = await app.fixtures.firstParty()
  thirdParty = await app.fixtures.thirdParty(await app.fixtures.organization())
  native = await app.fixtures.firstParty({ isPublic: true })
  machine = await app.fixtures.m2m(await app.fixtures.organization())
  for (const { clientSecret } of [web, thirdParty, machine]) secrets.add(clientSecret)
  secrets.add(PASSWORD).add(WRONG_PASSWORD)
  await everyFlow()
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await receiver.close()
})

/** Notes what a page and its address hold. */
const noted = (visited: Visited): Visited => {
  for (const [, value = ''] of visited.body.matchAll(/name="(?:csrf_token|request)" value="([^"]+)"/g))
    secrets.add(value)
  for (const name of ['request', 'code']) {
    const value = visited.url.searchParams.get(name)
    if (value !== null) secrets.add(value)
  }
  return visited
}

const notedTokens = (body: Readonly<Record<string, unknown>>): void => {
  for (const name of ['access_token', 'refresh_token', 'id_token']) {
    const value = body[name]
    if (typeof value === 'string') secrets.add(value)
  }
}

const everyFlow = async (): Promise<void> => {
  const browser = createBrowser(app.issuer)
  const { verifier, parameters } = newPkce()
  secrets.add(verifier)
  const url = authorizationUrl(app, thirdParty, {
    ...parameters,
    scope: 'openid email offline_access',
    state: 's',
  })
  let page = noted(await browser.get(url))
  noted(await signIn(browser, page, { ...user, password: WRONG_PASSWORD }))
  noted(await signIn(browser, page, { email: 'nobody@example.com', password: WRONG_PASSWORD }))
  page = noted(await signIn(browser, page, user))
  const [, organization = ''] = /name="organization_id" value="([^"]+)"/.exec(page.body) ?? []
  page = noted(await browser.submit(page, { organization_id: organization }))
  page = noted(await browser.submit(page, { decision: 'allow' }))
  const code = page.url.searchParams.get('code') ?? ''
  expect(code).not.toBe('')
  for (const wrong of [{}, { code_verifier: `${verifier}x` }, { client_secret: WRONG_PASSWORD }]) {
    await redeem(app, thirdParty, code, wrong)
  }
  const tokens = await redeem(app, thirdParty, code, { code_verifier: verifier })
  notedTokens(tokens.body)
  const refreshed = await refresh(app, thirdParty, textOf(tokens, 'refresh_token'))
  notedTokens(refreshed.body)
  notedTokens((await refresh(app, thirdParty, textOf(refreshed, 'refresh_token'), { scope: 'openid' })).body)
  await introspect(app, web, textOf(refreshed, 'access_token'))
  await introspect(app, native, textOf(refreshed, 'access_token'))
  await userinfo(app, textOf(refreshed, 'access_token'))
  await userinfo(app, `${textOf(refreshed, 'access_token')}x`)
  await fetch(`${app.issuer}/oauth2/userinfo?access_token=${textOf(refreshed, 'access_token')}`)
  // Replays, of both kinds.
  await refresh(app, thirdParty, textOf(tokens, 'refresh_token'))
  await redeem(app, thirdParty, code, { code_verifier: verifier })
  for (const name of ['access_token', 'refresh_token']) await revoke(app, thirdParty, textOf(refreshed, name))

  for (const application of [web, native]) {
    notedTokens(
      (await obtainTokens(app, application, user, { scope: 'openid offline_access' }, browser)).body,
    )
  }
  notedTokens((await clientToken(app, machine)).body)
  const header = basic(machine.clientId, machine.clientSecret)
  secrets.add(header['authorization']?.split(' ')[1] ?? '')
  notedTokens((await post(`${app.issuer}/oauth2/token`, { grant_type: 'client_credentials' }, header)).body)
  await post(
    `${app.issuer}/oauth2/token`,
    { grant_type: 'client_credentials', ...credentials(machine) },
    header,
  )
  await post(`${app.issuer}/oauth2/token?${new URLSearchParams(credentials(machine))}`, {})
  await post(
    `${app.issuer}/oauth2/token`,
    new URLSearchParams(`client_secret=${WRONG_PASSWORD}&client_secret=x`),
  )
  await post(`${app.issuer}/oauth2/token`, {
    code,
    ...credentials(web),
    grant_type: 'password',
    password: PASSWORD,
  })

  // What does not open, and where nothing is.
  const stranger = createBrowser(app.issuer)
  for (const request of [...secrets].filter((text) => text.startsWith('v2.'))) {
    await stranger.get(`/oauth2/authorize/continue?${new URLSearchParams({ request })}`)
    await stranger.get(`/nowhere/${request.slice(0, 80)}?${new URLSearchParams({ request })}`)
    secrets.add(request)
  }
  await stranger.get(
    authorizationUrl(app, web, { redirect_uri: `https://evil.example/?secret=${WRONG_PASSWORD}` }),
  )
  for (const { cookies } of [browser, stranger]) for (const value of cookies.values()) secrets.add(value)
  await browser.submit(await browser.get('/'), {})
}

/** Long enough to give anything away; of a JWT, what is not its header, which is the same for all. */
const fragments = (secret: string): string[] => {
  const parts = secret.split('.').filter((part) => part.length >= 16)
  const [first, ...others] = parts
  const telling = parts.length === 3 ? others : [first ?? secret, ...others]
  return [
    secret,
    encodeURIComponent(secret),
    ...telling.map((part) => part.slice(0, 24)),
    ...telling.map((part) => part.slice(-24)),
  ]
}

describe('the log', () => {
  test('holds no secret, token, code, password, cookie, verifier or sealed request', () => {
    expect(secrets.size).toBeGreaterThan(30)
    const log = app.logLines.join('\n')
    expect(app.logLines.length).toBeGreaterThan(40)
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(15)
      for (const fragment of fragments(secret)) {
        const lines = app.logLines.filter((line) => line.includes(fragment))
        expect({ fragment, lines }).toEqual({ fragment, lines: [] })
      }
    }
    expect(log).not.toContain(user.email)
  })

  test('holds none of them in the table of events either, nor an e-mail address but where a user is shown', async () => {
    const events = await app.testDatabase.database.kysely.selectFrom('event').selectAll().execute()
    expect(events.length).toBeGreaterThan(10)
    const text = JSON.stringify(events)
    for (const secret of secrets)
      for (const fragment of fragments(secret)) expect(text).not.toContain(fragment)
    expect(text).not.toContain('nobody@example.com')
    const carryUsers = /^(user\.|organization_membership\.|authentication\.password_)/
    const others = events.filter(({ name }) => !carryUsers.test(name))
    expect(JSON.stringify(others)).not.toContain(user.email)
  })

  test('holds none of them in what is traced and counted either', async () => {
    await expect.poll(() => receiver.spans().filter(({ kind }) => kind === 2).length).toBeGreaterThan(40)
    const { text } = await readMetrics(watching)
    expect(text).toContain('invalid_grant')
    for (const told of [receiver.bodies.join('\n'), text]) {
      for (const secret of secrets) {
        for (const fragment of fragments(secret)) expect(told).not.toContain(fragment)
      }
      expect(told).not.toContain(user.email)
      expect(told).not.toContain('nobody@example.com')
    }
  })

  test('and nothing secret is stored but as a hash', async () => {
    for (const table of [
      'authorization_code',
      'refresh_token',
      'session',
      'client_credential',
      'authorization_grant',
    ] as const) {
      const text = JSON.stringify(
        await app.testDatabase.database.kysely.selectFrom(table).selectAll().execute(),
      )
      for (const secret of secrets) {
        if (secret !== '')
          expect({ table, found: text.includes(secret), secret }).toEqual({ table, found: false, secret })
      }
    }
  })

  test('has one line for each request, with its ID', async () => {
    const before = app.logLines.length
    const answers = [
      await clientToken(app, machine),
      await clientToken(app, machine, { client_secret: 'wrong' }),
      await introspect(app, web, 'x'),
      await userinfo(app, 'x'),
    ]
    await expect.poll(() => app.logLines.length).toBeGreaterThanOrEqual(before + answers.length)
    const lines = app.logLines.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>)
    const requests = lines.filter(({ msg }) => msg === 'request')
    expect(requests).toHaveLength(answers.length)
    expect(requests.map(({ requestId }) => requestId)).toEqual(
      answers.map(({ headers }) => headers.get('x-request-id')),
    )
    expect(requests).toMatchObject([
      {
        method: 'POST',
        path: '/oauth2/token',
        status: 200,
        clientId: machine.clientId,
        grantType: 'client_credentials',
        outcome: 'issued',
        address: '127.0.0.1',
        milliseconds: expect.any(Number),
      },
      { path: '/oauth2/token', status: 401, outcome: 'invalid_client', reason: expect.any(String) },
      { path: '/oauth2/introspection', status: 200, clientId: web.clientId, outcome: 'inactive' },
      { path: '/oauth2/userinfo', status: 401, outcome: 'invalid_token' },
    ])
  })

  test('says of a refused code which check failed, and to the client nothing of it', async () => {
    const before = app.logLines.length
    const unknown = await redeem(app, web, 'A'.repeat(43))
    await expect.poll(() => app.logLines.length).toBeGreaterThan(before)
    const line = JSON.parse(app.logLines.at(-1) ?? '{}') as Record<string, unknown>
    expect(line).toMatchObject({
      clientId: web.clientId,
      grantType: 'authorization_code',
      outcome: 'invalid_grant',
      reason: expect.stringMatching(/unknown/),
    })
    expect(JSON.stringify(unknown.body)).not.toContain(String(line['reason']))
  })

  test('is JSON without line breaks, whatever is sent', async () => {
    const before = app.logLines.length
    await post(`${app.issuer}/oauth2/token`, { grant_type: 'a\n{"level":"fatal"}', ...credentials(web) })
    await fetch(`${app.issuer}/a%0a{"level":"fatal"}`, { headers: { accept: 'text/html' } })
    await expect.poll(() => app.logLines.length).toBeGreaterThanOrEqual(before + 2)
    for (const line of app.logLines) {
      expect(line.trimEnd()).not.toContain('\n')
      expect(['debug', 'info', 'warn', 'error']).toContain((JSON.parse(line) as { level: string }).level)
    }
  })
})

describe('traces', () => {
  const spanOf = async (isIt: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> => {
    await expect.poll(() => receiver.spans().some(isIt)).toBe(true)
    return receiver.spans().find(isIt) as ReceivedSpan
  }

  test('W3C Trace Context §2.2: a request goes on with the trace of its caller, and its log line names it', async () => {
    const [traceId, parentSpanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
    const answer = await post(
      `${app.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', ...credentials(machine) },
      { traceparent: `00-${traceId}-${parentSpanId}-01` },
    )
    const requestId = answer.headers.get('x-request-id')
    const span = await spanOf(({ attributes }) => attributes['latchkey.request_id'] === requestId)
    expect(span).toMatchObject({ name: 'POST /oauth2/token', kind: 2, traceId, parentSpanId, status: 0 })
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/oauth2/token',
      'http.response.status_code': expect.anything(),
      'latchkey.request_id': requestId,
      'latchkey.client_id': machine.clientId,
      'latchkey.grant_type': 'client_credentials',
      'latchkey.outcome': 'issued',
    })
    const line = app.logLines.find((each) => each.includes(`"requestId":"${requestId}"`))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ traceId })
  })

  test('hold statements and password hashing below the request they are for, after its body was read as well', async () => {
    await app.changesHeard()
    const hashing = await spanOf(({ name }) => name === 'verify password')
    const request = await spanOf(({ spanId }) => spanId === hashing.parentSpanId)
    expect(request).toMatchObject({ name: 'POST /sign-in/password', kind: 2 })
    const introspection = await spanOf(({ name }) => name === 'POST /oauth2/introspection')
    const statement = await spanOf(
      ({ parentSpanId, attributes }) =>
        parentSpanId === introspection.spanId && 'db.system.name' in attributes,
    )
    expect(statement).toMatchObject({ kind: 3, traceId: introspection.traceId })
    // No text: the names of what it does, and to what.
    expect(Object.keys(statement.attributes).toSorted()).toEqual([
      'db.collection.name',
      'db.operation.name',
      'db.system.name',
    ])
  })

  test('hold runs of jobs, and requests to others by their host alone', async () => {
    const run = await spanOf(({ name }) => name === 'job deliver-webhooks')
    expect(run).toMatchObject({ kind: 1, parentSpanId: undefined })
    await spanOf(({ parentSpanId, name }) => parentSpanId === run.spanId && / webhook_/.test(name))

    const sdk = await app.sdk()
    const places = [receiver.settings['OTEL_EXPORTER_OTLP_ENDPOINT'], `http://127.0.0.1:${await freePort()}`]
    for (const place of places) {
      const endpointUrl = `${place}/hooks/a-secret-of-the-receiver?key=a-secret-of-the-receiver`
      await sdk.webhooks.createWebhookEndpoint({ endpointUrl, events: ['organization.created'] })
    }
    await app.fixtures.organization()
    const sent = await spanOf(({ name, status }) => name === 'POST' && status === 0)
    expect(sent.kind).toBe(3)
    expect(Object.keys(sent.attributes).toSorted()).toEqual([
      'http.request.method',
      'http.response.status_code',
      'server.address',
    ])
    const failed = await spanOf(({ name, status }) => name === 'POST' && status === 2)
    expect(failed.attributes['error.type']).toBe('connection_failed')
    expect(receiver.bodies.join('\n')).not.toContain('a-secret-of-the-receiver')
    const { value } = await readMetrics(watching)
    const counted = (result: string) =>
      value('latchkey_outbound_request_duration_seconds_count', { result }) ?? 0
    expect(Math.min(counted('2xx'), counted('connection_failed'))).toBeGreaterThan(0)
  })

  test('say that a path is unknown, and not which', async () => {
    await (await fetch(`${app.issuer}/nowhere/at-all`)).text()
    const span = await spanOf(
      ({ name, attributes }) => name === 'GET' && String(attributes['http.response.status_code']) === '404',
    )
    expect(JSON.stringify(span)).not.toContain('nowhere')
  })
})
