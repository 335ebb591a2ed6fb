import { renderToString } from 'preact-render-to-string'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Activity } from '../../src/dashboard/pages/activity.tsx'
import { Checkup } from '../../src/dashboard/pages/checkup.tsx'
import { createStatistics } from '../../src/jobs/statistics.ts'
import { statisticsOperations } from '../../src/management/statistics.ts'
import type { CheckupObject, StatisticsObject } from '../../src/objects/statistics.ts'
import type { ConsentId } from '../../src/protocol/identifiers.ts'
import { rotationTimes } from '../../src/signing-keys/rotation.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { grantConsent } from '../storage/stage.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { clientToken, credentials, post } from '../support/relying-party.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const statistics = async (period: string): Promise<StatisticsObject> =>
  (await (await app.management()).get(`/latchkey/v1/statistics?period=${period}`)).body as StatisticsObject

const totalOf = ({ series }: StatisticsObject, kind: string, name: string): number =>
  series.find((one) => one.kind === kind && one.name === name)?.total ?? 0

const times = rotationTimes({
  ...{ keySetCacheSeconds: 300, cacheSeconds: 5, idTokenSeconds: 300, longestAccessTokenSeconds: 300 },
  signingSeconds: 90 * 24 * 3600,
})

describe('the overview', () => {
  test('shows sign-ins, tokens and refusals over the last hour, day and month, with the numbers behind the charts', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization('Globex'), { name: 'Nightly' })
    await clientToken(app, machine)
    await clientToken(app, machine)
    await post(`${app.issuer}/oauth2/token`, {
      grant_type: 'client_credentials',
      ...credentials({ ...machine, clientSecret: 'wrong' }),
    })
    const { browser, visited } = await operatorAt(app, 'viewer')
    expect(visited.body).toContain('<svg')
    for (const period of ['hour', 'day', 'month']) {
      const { body } = await browser.get(`/dashboard?period=${period}`)
      expect(body, period).toMatch(new RegExp(`id="period-${period}"[^>]*aria-current`))
      expect(body, period).toContain('client_credentials')
      expect(body, period).toContain('password')
      expect(body, period).toMatch(/invalid_client/)
      expect(body, period).toContain('The numbers')
      const counted = await statistics(period)
      expect(totalOf(counted, 'tokens', 'client_credentials')).toBe(2)
      expect(totalOf(counted, 'sign_in', 'pwd')).toBeGreaterThan(0)
      expect(counted.series.every(({ counts, total }) => counts.reduce((a, b) => a + b, 0) === total)).toBe(
        true,
      )
    }
    expect((await browser.get('/dashboard?period=<script>')).status).toBe(200)
  })

  test('counts where things happened: what was a day ago is in another stretch, and not in the last hour', async () => {
    const before = totalOf(await statistics('hour'), 'tokens', 'client_credentials')
    expect(before).toBeGreaterThan(0)
    app.clock.advance(24 * 3600)
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    await clientToken(app, machine)
    expect(totalOf(await statistics('hour'), 'tokens', 'client_credentials')).toBe(1)
    const month = (await statistics('month')).series.find(({ kind }) => kind === 'tokens')
    expect(month?.counts.slice(-2)).toEqual([before, 1])
  })

  test('says which secrets nobody uses, and which applications fail again and again', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization(), { name: 'Idle <b>' })
    app.clock.advance(8 * 24 * 3600)
    const fail = () =>
      post(`${app.issuer}/oauth2/token`, {
        grant_type: 'client_credentials',
        ...credentials({ ...machine, clientSecret: 'wrong' }),
      })
    const refusals = `href="/dashboard/applications/${machine.id}/refusals"`
    for (let time = 0; time < 4; time++) await fail()
    expect((await operatorAt(app, 'viewer')).visited.body).not.toContain(refusals)
    await fail()
    const { visited } = await operatorAt(app, 'viewer')
    expect(visited.body).toContain('Secrets that nobody has used')
    expect(visited.body).toContain('Idle &lt;b>')
    expect(visited.body).toContain(refusals)
    expect(visited.body).toContain(`/secrets/${machine.credentialId}`)
    expect(visited.body).not.toContain('Idle <b>')
  })

  test('counts who was active no further than it takes a moment, and says so', async () => {
    app.clock.advance(2 * 3600)
    const now = app.clock.now()
    const uses = new Map<ConsentId, Date>()
    for (const application of [await app.fixtures.firstParty(), await app.fixtures.firstParty()]) {
      const user = await app.fixtures.user()
      uses.set(await grantConsent(app.stores, { user, application }, ['openid'], null, now), now)
    }
    await app.stores.consents.used(uses)
    const { active } = app.stores.statistics
    expect(await active(now)).toEqual({ users: 2, applications: 2, isMore: false })
    expect(await active(now, 1)).toEqual({ users: 1, applications: 1, isMore: true })
    const counted = await statistics('hour')
    expect(counted).toMatchObject({ active_users: 2, active_applications: 2, active_is_more: false })
    const few = renderToString(<Activity statistics={counted} />)
    expect(few).not.toContain('at least')
    const many = renderToString(
      <Activity statistics={{ ...counted, active_users: 9_999, active_is_more: true }} />,
    )
    expect(many).toContain('<strong>at least 9,999</strong>')
  })

  describe('says', () => {
    /** What the checkup finds, by what `prepare` writes: taken back, so that no job gets to see it. */
    const found = async (
      now: Date,
      prepare: (stores: TestApp['stores']) => Promise<void>,
    ): Promise<CheckupObject> => {
      const done = app.transaction(async (stores) => {
        await prepare(stores)
        const operations = statisticsOperations({
          stores,
          flushStatistics: async () => {},
          flushRefusedRequests: async () => {},
          keyChanging: { algorithms: ['RS256', 'ES256'], times: times },
        })
        const handle = operations.find(({ id }) => id === 'getCheckup')?.handle
        throw new TakenBack((await handle?.({ now } as never)) as CheckupObject)
      })
      return done.catch((error: unknown) =>
        error instanceof TakenBack ? error.checkup : Promise.reject(error),
      )
    }
    const shown = (checkup: CheckupObject) =>
      renderToString(<Checkup checkup={checkup} now={app.clock.now()} />)

    test('that mail waits for too long, and not that some was written this minute', async () => {
      const now = app.clock.now()
      const mail = (id: string, createdAt: Date) => ({
        ...{ id, recipient: 'somebody@example.com', contentSealed: 'sealed', createdAt },
        expiresAt: addSeconds(now, 3600),
      })
      const young = await found(now, (stores) =>
        stores.mails.insert(mail('mail_young', addSeconds(now, -60))),
      )
      expect(young.late_deliveries).toEqual([])
      expect(shown(young)).not.toContain('id="late-mail"')
      const old = await found(now, async (stores) => {
        await stores.mails.insert(mail('mail_young', addSeconds(now, -60)))
        await stores.mails.insert(mail('mail_old', addSeconds(now, -601)))
      })
      expect(old.late_deliveries).toEqual([{ queue: 'mail', waiting: 2, overdue_seconds: 601 }])
      expect(shown(old)).toMatch(
        /id="late-mail"[^>]*>Mail: 2 wait to be delivered, the first for 11 minutes too long/,
      )
    })

    test('that no key signs, or that one should have had a successor', async () => {
      const now = app.clock.now()
      const well = await found(now, async () => {})
      expect(well.signing_keys).toMatchObject([
        { algorithm: 'RS256', kid: expect.any(String) },
        { algorithm: 'ES256', kid: expect.any(String) },
      ])
      for (const { age_seconds, rotates_in_seconds } of well.signing_keys)
        expect(Math.abs(age_seconds + rotates_in_seconds - 90 * 24 * 3600)).toBeLessThanOrEqual(1)
      expect(shown(well)).not.toMatch(/No key signs|should have had/)

      const late = addSeconds(now, -91 * 24 * 3600)
      const ill = await found(now, async (stores) => {
        for (const key of await stores.signingKeys.all()) {
          const end = key.algorithm === 'RS256' ? null : late
          const timetable = { activatesAt: late, retiresAt: end, withdrawnAt: end }
          await stores.signingKeys.reschedule(key.kid, timetable, now)
        }
      })
      expect(ill.signing_keys).toMatchObject([
        { algorithm: 'RS256', rotates_in_seconds: -24 * 3600 },
        { algorithm: 'ES256', kid: null },
      ])
      expect(shown(ill)).toContain('The key that signs with RS256 should have had a successor.')
      expect(shown(ill)).toContain('No key signs with ES256.')
    })
  })

  test('adds up what several nodes counted at the same time, and loses nothing to an outage', async () => {
    const now = new Date('2031-01-01T10:20:30Z')
    let isAway = true
    const stores = {
      statistics: {
        add: async (...counts: Parameters<TestApp['stores']['statistics']['add']>) => {
          if (isAway) throw new Error('away')
          return app.stores.statistics.add(...counts)
        },
      },
    }
    const nodes = Array.from({ length: 4 }, () => createStatistics({ stores }))
    const granted = {
      route: '/oauth2/token',
      status: 200,
      notes: { outcome: 'issued', grantType: 'counted' },
    }
    for (const node of nodes) for (let time = 0; time < 25; time++) node.answered(granted, now)
    for (const node of nodes) await expect(node.flush()).rejects.toThrow('away')
    isAway = false
    for (const node of nodes) node.answered(granted, now)
    await Promise.all(nodes.map((node) => node.flush()))
    for (const resolution of ['minute', 'hour', 'day'] as const) {
      const rows = await app.stores.statistics.since(resolution, new Date('2031-01-01'))
      expect(rows.filter(({ name }) => name === 'counted')).toMatchObject([{ count: 104 }])
    }
    await Promise.all(nodes.map((node) => node.flush()))
    expect(await app.stores.statistics.since('day', new Date('2031-01-01'))).toMatchObject([{ count: 104 }])
  })

  test('counts words that anybody could make up as one', async () => {
    const counted: string[] = []
    const { answered, flush } = createStatistics({
      stores: { statistics: { add: async (counts) => void counted.push(...counts.map(({ name }) => name)) } },
    })
    for (let word = 0; word < 1_000; word++) {
      answered({ route: '/x', status: 400, notes: { outcome: `word ${word}` } }, new Date())
    }
    await flush()
    expect(new Set(counted).size).toBeLessThanOrEqual(301)
  })
})

class TakenBack extends Error {
  readonly checkup: CheckupObject

  constructor(checkup: CheckupObject) {
    super('Taken back.')
    this.checkup = checkup
  }
}
