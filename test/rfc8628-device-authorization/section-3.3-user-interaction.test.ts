import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deviceLimits } from '../../src/device-authorization/throttle.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { comeWithCode, decide, enterCode, newDevice, poll } from '../support/device.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { expectRefusal, issuingNothing, textOf, writingNothing } from '../support/relying-party.ts'

const MOST = 8

let app: TestApp
let cli: TestApplication
let thirdParty: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp({
    overrides: {
      deviceLimits: {
        ...deviceLimits,
        entry: { windowSeconds: 300, perAddress: 1000, perBrowser: MOST, perAccount: MOST },
      },
    },
  })
  cli = await app.fixtures.firstParty({ isPublic: true, name: 'Acme CLI' })
  thirdParty = await app.fixtures.thirdParty(await app.fixtures.organization('Initech'), {
    isPublic: true,
    name: 'Insights',
  })
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const filledIn = (body: string): string | undefined => /id="user_code"[^>]*value="([^"]*)"/.exec(body)?.[1]

describe('RFC 8628 §3.3: the page for the code', () => {
  test('RFC 8628 §3.3: opened by itself it asks for a code, writes nothing and cannot be framed', async () => {
    const visited = await writingNothing(app, () => createBrowser(app.issuer).get('/device'))
    expect(visited.status).toBe(200)
    expect(visited.headers.get('x-frame-options')).toBe('DENY')
    expect(visited.headers.get('cache-control')).toBe('no-store')
  })

  test('RFC 8628 §3.3.1: the link fills in the code, and no step is left out', async () => {
    const { userCode, deviceCode } = await newDevice(app, cli)
    const browser = createBrowser(app.issuer)
    const visited = await writingNothing(app, () => browser.get(`/device?user_code=${userCode}`))
    expect(visited.url.pathname).toBe('/device')
    expect(filledIn(visited.body)).toBe(userCode)
    expect((await poll(app, cli, { deviceCode })).body['error']).toBe('authorization_pending')
    expect((await browser.submit(visited, { user_code: userCode })).url.pathname).toBe('/sign-in')
  })

  test('RFC 8628 §6.1: case, and what stands between the letters, is forgiven', async () => {
    const { userCode } = await newDevice(app, cli)
    const letters = userCode.replace('-', '')
    for (const typed of [
      letters,
      letters.toLowerCase(),
      ` ${userCode.replace('-', ' ')} `,
      [...letters].join('.'),
    ]) {
      const visited = await enterCode(createBrowser(app.issuer), typed)
      expect(visited.url.pathname, typed).toBe('/sign-in')
    }
  })

  test.each([
    ['nothing', '', 'Type the code'],
    ['what cannot be a code', 'AEIO-UAEI', 'eight letters'],
    ['markup', '"><script>alert(1)</script>', 'eight letters'],
    ['more than any code', 'B'.repeat(5000), 'eight letters'],
  ])('RFC 8628 §6.1: %s is refused beside the field, and counts for nothing', async (_what, typed, said) => {
    const browser = createBrowser(app.issuer)
    const opened = await browser.get('/device')
    const visited = await writingNothing(app, () => browser.submit(opened, { user_code: typed }))
    expect(visited.status).toBe(422)
    expect(visited.body).toContain(said)
    expect(visited.body).not.toContain('<script>')
  })

  test('RFC 8628 §3.3: codes that are unknown, expired or used say what to do', async () => {
    const browser = createBrowser(app.issuer)
    const unknown = await enterCode(browser, 'BCDF-GHJK')
    expect(unknown.status).toBe(422)
    expect(unknown.body).toContain('No device waits with this code')
    const used = await newDevice(app, cli)
    await decide(app, used, user)
    expect((await enterCode(browser, used.userCode)).body).toContain('This code has already been used')
    const late = await newDevice(app, cli)
    app.clock.advance(300)
    expect((await enterCode(browser, late.userCode)).body).toContain('This code has expired')
  })
})

describe('RFC 8628 §3.3, §5.4: the decision', () => {
  test('RFC 8628 §5.4: a first-party application asks too: which, from where, and by which code', async () => {
    const device = await newDevice(app, cli, { scope: 'openid email' })
    const { body } = await issuingNothing(app, () => comeWithCode(app, device, user), [
      'consent',
      'authorization_grant',
      'refresh_token',
    ])
    for (const shown of ['Acme CLI', device.userCode, '127.0.0.1', 'See your email address', user.email])
      expect(body).toContain(shown)
  })

  test('RFC 8628 §5.4: it asks every time, whatever was agreed to before', async () => {
    for (const application of [cli, thirdParty]) {
      const browser = createBrowser(app.issuer)
      const first = await decide(app, await newDevice(app, application), user, 'allow', browser)
      expect(first.url.pathname).toBe('/device/done')
      const second = await comeWithCode(app, await newDevice(app, application), user, browser)
      expect(second.url.pathname).toBe('/consent')
    }
  })

  test('a third-party application is shown with whose it is; what was allowed is its consent', async () => {
    const device = await newDevice(app, thirdParty, { scope: 'openid email' })
    const browser = createBrowser(app.issuer)
    const asked = await comeWithCode(app, device, user, browser)
    expect(asked.body).toContain('Initech')
    const done = await browser.submit(asked, { decision: 'allow' })
    expect(done.url.pathname).toBe('/device/done')
    expect(done.body).toContain('Your device is connected')
    expect((await poll(app, thirdParty, device)).body['scope']).toBe('openid email')
  })

  test('the events name the application, the user and the address of the device', async () => {
    const allowed = await newDevice(app, cli)
    await decide(app, allowed, user)
    const denied = await newDevice(app, cli)
    const page = await decide(app, denied, user, 'deny')
    expect(page.body).toContain('You denied it')
    for (const name of ['device_authorization.approved', 'device_authorization.denied'] as const) {
      const [event] = await app.stores.events.byName(name, 1)
      expect(event).toMatchObject({
        actor: { type: 'user', id: user.id },
        data: { client_id: cli.clientId, user_id: user.id, ip_address: '127.0.0.1' },
      })
    }
  })

  test('of two who decide at once one does, and the other is told', async () => {
    const device = await newDevice(app, cli)
    const [mine, yours] = [createBrowser(app.issuer), createBrowser(app.issuer)]
    const opened = await Promise.all([mine, yours].map((each) => comeWithCode(app, device, user, each)))
    const answers = await Promise.all(
      [mine, yours].map((each, place) => {
        const visited = opened[place]
        if (!visited) throw new Error('not opened')
        return each.submit(visited, { decision: place === 0 ? 'allow' : 'deny' })
      }),
    )
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b)
    expect(statuses).toEqual([200, 400])
    expect(answers.find(({ status }) => status === 400)?.body).toContain('This code has already been used')
  })

  test('a page left open: too late, once more, or in another browser, it decides nothing', async () => {
    const device = await newDevice(app, cli)
    const browser = createBrowser(app.issuer)
    const opened = await comeWithCode(app, device, user, browser)
    const elsewhere = createBrowser(app.issuer)
    const stranger = await elsewhere.get('/device')
    const foreign = await issuingNothing(app, () =>
      elsewhere.submit({ ...opened, url: stranger.url }, { decision: 'allow' }),
    )
    expect(foreign.status).toBe(403)
    app.clock.advance(300)
    const late = await issuingNothing(app, () => browser.submit(opened, { decision: 'allow' }))
    expect(late.status).toBe(400)
    expect(late.body).toContain('This code has expired')
    expectRefusal(await poll(app, cli, device), 400, 'expired_token')

    const other = await newDevice(app, cli)
    const page = await comeWithCode(app, other, user, browser)
    await browser.submit(page, { decision: 'allow' })
    const again = await issuingNothing(app, () => browser.submit(page, { decision: 'deny' }))
    expect(again.body).toContain('This code has already been used')
    expect((await poll(app, cli, other)).status).toBe(200)
  })

  test('forms from other sites are refused', async () => {
    const { userCode } = await newDevice(app, cli)
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const response = await writingNothing(app, () =>
        fetch(`${app.issuer}/device`, {
          method: 'POST',
          redirect: 'manual',
          headers,
          body: new URLSearchParams({ user_code: userCode }),
        }),
      )
      expect(response.status).toBe(403)
    }
    // Of our own origin, but without the token: shown again, and nothing was looked for.
    const bare = await writingNothing(app, () =>
      fetch(`${app.issuer}/device`, { method: 'POST', body: new URLSearchParams({ user_code: userCode }) }),
    )
    expect(bare.status).toBe(422)
  })

  test('the page that says it is done belongs to whoever decided', async () => {
    const done = await decide(app, await newDevice(app, cli), user)
    const stranger = await createBrowser(app.issuer).get(done.url.href)
    expect(stranger.status).toBe(400)
    expect((await createBrowser(app.issuer).get('/device/done')).status).toBe(400)
  })
})

describe('RFC 8628 §5.1: codes are not guessed', () => {
  test('RFC 8628 §5.1: a browser that tries too many is told to wait, even with a right one', async () => {
    const { userCode } = await newDevice(app, cli)
    const browser = createBrowser(app.issuer)
    for (let tried = 0; tried < MOST; tried++)
      expect((await enterCode(browser, 'BCDF-GHJK')).status).toBe(422)
    const turnedAway = await enterCode(browser, userCode)
    expect(turnedAway.status).toBe(429)
    expect(Number(turnedAway.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(turnedAway.body).toContain('Too many codes were tried')
    expect((await enterCode(createBrowser(app.issuer), userCode)).url.pathname).toBe('/sign-in')
    app.clock.advance(300)
    expect((await enterCode(browser, 'BCDF-GHJK')).status).toBe(422)
  })

  test('RFC 8628 §5.1: an account is counted over all its browsers', async () => {
    const guesser = await app.fixtures.user()
    const sessions = [createBrowser(app.issuer), createBrowser(app.issuer)]
    for (const browser of sessions) await decide(app, await newDevice(app, cli), guesser, 'deny', browser)
    const [first, second] = sessions
    for (let tried = 0; tried < MOST / 2; tried++) if (first) await enterCode(first, 'BCDF-GHJK')
    const statuses: number[] = []
    for (let tried = 0; tried < MOST; tried++)
      if (second) statuses.push((await enterCode(second, 'BCDF-GHJK')).status)
    expect(statuses.slice(0, MOST / 2)).not.toContain(429)
    expect(statuses[MOST / 2]).toBe(429)
  })
})

test('RFC 8707 §2: a resource asked for by the device is the audience of what it gets', async () => {
  const resource = 'https://api.example.com/'
  const management = await app.management()
  const registered = await management.post('/user_management/authkit_oauth_resources', { uri: resource })
  expect(registered.status).toBe(201)
  // Nodes have heard of it by then, announced or not.
  app.clock.advance(60)
  const device = await newDevice(app, cli, { resource })
  expect((await comeWithCode(app, device, user)).body).toContain(resource)
  await decide(app, device, user)
  const [, payload = ''] = textOf(await poll(app, cli, device), 'access_token').split('.')
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ aud: resource })
})
