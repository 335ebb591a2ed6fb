import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Instructions, signInByDevice } from '../../examples/device-client/device-client.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { decide } from '../support/device.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'

const program = fileURLToPath(new URL('../../examples/device-client/main.ts', import.meta.url))

describe('the sample program without a browser', () => {
  let app: TestApp
  let user: TestUser
  let application: TestApplication

  beforeAll(async () => {
    app = await startTestApp({ overrides: { lifetimes: { devicePollSeconds: 1 } } })
    user = await app.fixtures.user()
    application = await app.fixtures.firstParty({ isPublic: true })
  })
  afterAll(() => app[Symbol.asyncDispose]())

  /** What the program shows, and what becomes of it. */
  const begin = async () => {
    let finished: ReturnType<typeof signInByDevice> | undefined
    const shown = await new Promise<Instructions>((show, fail) => {
      finished = signInByDevice({ issuer: app.issuer, clientId: application.clientId, show })
      finished.catch(fail)
    })
    return { shown, finished }
  }

  it('RFC 8628 §3.3: shows where to go with which code, and learns who signed in', async () => {
    const { shown, finished } = await begin()
    expect(shown).toEqual({
      code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      address: `${app.issuer}/device`,
      addressWithCode: `${app.issuer}/device?user_code=${shown.code}`,
      expiresInSeconds: 300,
    })
    await decide(app, { userCode: shown.code }, user)
    expect(await finished).toMatchObject({
      outcome: 'signed_in',
      user: { sub: user.id, email: user.email },
    })
  })

  it('RFC 8628 §3.5: stops when its user denies', async () => {
    const { shown, finished } = await begin()
    await decide(app, { userCode: shown.code }, user, 'deny')
    expect(await finished).toEqual({ outcome: 'denied' })
  })

  it('RFC 8628 §3.5: stops when nobody came in time', async () => {
    const { finished } = await begin()
    app.clock.advance(301)
    expect(await finished).toEqual({ outcome: 'expired' })
  })

  it('prints the code and the name, run by itself', async () => {
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, ISSUER: app.issuer, CLIENT_ID: application.clientId },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (data: Buffer) => {
      output += data
    })
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
    const printedCode = () => /^ {4}(\S{9})$/m.exec(output)?.[1]
    try {
      await expect.poll(printedCode).toBeDefined()
      await decide(app, { userCode: printedCode() ?? '' }, user)
      expect(await exited).toBe(0)
    } finally {
      child.kill()
    }
    expect(output).toContain(`Signed in: Ada Lovelace, ${user.email}, ${user.id}`)
  })
})
