import { expect, test } from 'vitest'
import { scheduleJobs } from '../../src/jobs/schedule.ts'
import { systemRandom } from '../../src/system/random.ts'
import { after } from '../../src/system/timer.ts'

const pause = (milliseconds: number) => new Promise<void>((resolve) => void after(milliseconds, resolve))

const start = (run: (signal: AbortSignal) => Promise<void>, everySeconds = 0.005) => {
  const errors: [string, unknown][] = []
  const jobs = scheduleJobs([{ name: 'a job', everySeconds, run }], {
    random: systemRandom,
    onError: (job, error) => errors.push([job, error]),
  })
  return { jobs, errors }
}

test('a job runs again and again, never two of it at once', async () => {
  let runs = 0
  let running = 0
  let most = 0
  const { jobs } = start(async () => {
    runs += 1
    running += 1
    most = Math.max(most, running)
    await pause(12)
    running -= 1
  })
  await expect.poll(() => runs).toBeGreaterThan(3)
  await jobs.stop()
  expect(most).toBe(1)
})

test('a run that fails is reported by name, and the next one comes', async () => {
  let runs = 0
  const { jobs, errors } = start(() => {
    runs += 1
    // Not a rejection but an exception: neither may get away.
    if (runs === 1) throw new Error('at once')
    return Promise.reject(new Error('later'))
  })
  await expect.poll(() => runs).toBeGreaterThan(2)
  await jobs.stop()
  expect(errors.slice(0, 2)).toEqual([
    ['a job', new Error('at once')],
    ['a job', new Error('later')],
  ])
})

test('stopping tells the run under way, waits for it, and begins no other', async () => {
  let runs = 0
  let ended = false
  let told: boolean | undefined
  const { jobs } = start(async (signal) => {
    runs += 1
    await pause(50)
    told = signal.aborted
    ended = true
  })
  await expect.poll(() => runs).toBe(1)
  await jobs.stop()
  expect([ended, told]).toEqual([true, true])
  await pause(30)
  expect(runs).toBe(1)
})

test('stopping before the first run means there is none', async () => {
  let runs = 0
  const { jobs } = start(async () => {
    runs += 1
  }, 0.03)
  await jobs.stop()
  await pause(60)
  expect(runs).toBe(0)
})

test('jobs do not wait for each other', async () => {
  const held = Promise.withResolvers<void>()
  let runs = 0
  const jobs = scheduleJobs(
    [
      { name: 'long', everySeconds: 0.001, run: () => held.promise },
      {
        name: 'short',
        everySeconds: 0.001,
        run: async () => {
          runs += 1
        },
      },
    ],
    { random: systemRandom, onError: () => {} },
  )
  await expect.poll(() => runs).toBeGreaterThan(3)
  held.resolve()
  await jobs.stop()
})

test('a job that has something to do runs at once, and once more if it was running already', async () => {
  let runs = 0
  let release = (): void => {}
  const { jobs } = start(async () => {
    runs += 1
    await new Promise<void>((resolve) => {
      release = resolve
    })
  }, 3600)
  jobs.soon('a job')
  await expect.poll(() => runs).toBe(1)
  jobs.soon('a job')
  jobs.soon('a job')
  await pause(20)
  expect(runs).toBe(1)
  release()
  await expect.poll(() => runs).toBe(2)
  release()
  await pause(20)
  expect(runs).toBe(2)
  jobs.soon('no job of this node')
  await jobs.stop()
  jobs.soon('a job')
  await pause(20)
  expect(runs).toBe(2)
})
