import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/app.ts'
import { type BuiltProgram, buildProgram } from '../support/built-program.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

interface Demo {
  readonly process: ChildProcess
  output(): string
  /** The exit code. */
  readonly ended: Promise<number | null>
}

describe('latchkey demo', () => {
  let program: BuiltProgram
  let data: TemporaryDirectory
  const running = new Set<ChildProcess>()

  beforeAll(async () => {
    program = buildProgram()
    data = await temporaryDirectory()
  }, 120_000)
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL')
  })
  afterAll(() => {
    data.remove()
    program.remove()
  })

  const start = (args: readonly string[], port: number): Demo => {
    const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, DATABASE_URL: _url, ...environment } = process.env
    const child = spawn(process.execPath, [program.main, 'demo', ...args], {
      env: { ...environment, LATCHKEY_PORT: String(port), LATCHKEY_DATA_DIR: join(data.path, 'demo') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    const ended = once(child, 'close').then(([code]) => {
      running.delete(child)
      return code as number | null
    })
    return { process: child, output: () => output, ended }
  }

  const until = async (demo: Demo, text: string): Promise<void> => {
    while (!demo.output().includes(text)) {
      if (demo.process.exitCode !== null) throw new Error(`Ended without "${text}":\n${demo.output()}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  it('shows everything, twice in the same directory', { timeout: 120_000 }, async () => {
    const port = await freePort()
    const clientIds: (string | undefined)[] = []
    for (const _time of ['first', 'second']) {
      const demo = start(['--once'], port)
      expect(await demo.ended, demo.output()).toBe(0)
      // Lines are broken for people to read.
      const output = demo.output().replace(/\s+/g, ' ')
      expect(output).toContain(`Server http://localhost:${port} `)
      expect(output).toMatch(/Acme Forum http:\/\/localhost:\d+ your own application \(first-party\)/)
      expect(output).toMatch(/Globex Insights http:\/\/localhost:\d+ somebody else's/)
      expect(output).toContain('ada@example.com member of Acme')
      expect(output).toContain('grace@example.com member of Acme and of Globex')
      expect(output).toContain('Password of both latchkey-demo')
      expect(output).toMatch(/API key sk_[\w-]+ good until the next start/)
      expect(output).toContain('"typ": "at+jwt"')
      expect(output).toContain('"scope": "reports:read reports:write"')
      expect(output).toMatch(/verified it by the published keys .*: good, from org_\w+/)
      const [before, after] = [output.indexOf('active: true'), output.indexOf('active: false')]
      expect(before).toBeGreaterThan(0)
      expect(after).toBeGreaterThan(before)
      // Neither colours, where nobody looks, nor lines of the log.
      expect(demo.output()).not.toContain('\u001b')
      expect(demo.output()).not.toContain('"level"')
      clientIds.push(/"client_id": "(\w+)"/.exec(output)?.[1])
    }
    expect(clientIds[0]).toMatch(/^client_/)
    expect(clientIds[1]).toBe(clientIds[0])
  })

  it('runs until stopped, beside whoever has its port', { timeout: 120_000 }, async () => {
    const taken = createServer()
    const port = await freePort()
    await once(taken.listen(port, '127.0.0.1'), 'listening')
    try {
      const demo = start([], port)
      await until(demo, 'Press Ctrl-C to stop.')
      expect(demo.output()).toMatch(new RegExp(`Port ${port} is taken, so the demo uses \\d+\\.`))

      for (const name of ['Acme Forum', 'Globex Insights']) {
        const [, address = ''] = new RegExp(`${name} +(http://\\S+)`).exec(demo.output()) ?? []
        const page = await (await fetch(address)).text()
        expect(page).toContain(`Welcome to ${name}`)
        // Sent to the server, whose dispatcher sends on to the page where one signs in: it knows the application.
        const there = await redirectOf(`${address}/sign-in`)
        expect(there.pathname).toBe('/oauth2/authorize')
        expect((await redirectOf(there.href)).pathname).toBe('/sign-in')
        // Somebody new can come, too: the code is shown where the demo says.
        expect(page).toContain('href="/sign-up"')
        expect((await redirectOf(`${address}/sign-up`)).searchParams.get('prompt')).toBe('create')
      }

      const [, mails = ''] = /the code is at\s+(http\S+\/dev\/mail)\./.exec(demo.output()) ?? []
      expect((await fetch(mails)).status).toBe(200)

      const [, apiKey] = /API key +(sk_[\w-]+)/.exec(demo.output()) ?? []
      const [, applications = ''] = /curl (\S+)/.exec(demo.output()) ?? []
      const listed = await fetch(applications, { headers: { authorization: `Bearer ${apiKey}` } })
      const { data } = (await listed.json()) as { data: { name: string }[] }
      expect(data.map(({ name }) => name).sort()).toEqual([
        'Acme Forum',
        'Acme Nightly Export',
        'Globex Insights',
      ])

      const other = start(['--once'], await freePort())
      expect(await other.ended).toBe(1)
      expect(other.output()).toMatch(/data directory .* is in use by process \d+; stop that first/)

      demo.process.kill('SIGINT')
      expect(await demo.ended, demo.output()).toBe(0)
      expect(demo.output()).toMatch(/Stopping\.\n$/)
    } finally {
      taken.close()
    }
  })

  it('says how it is used', async () => {
    const demo = start(['--twice'], 0)
    expect(await demo.ended).toBe(2)
    expect(demo.output()).toContain('Usage: latchkey demo [--once]')
  })
})

const redirectOf = async (address: string): Promise<URL> => {
  const response = await fetch(address, { redirect: 'manual' })
  return new URL(response.headers.get('location') ?? '', address)
}
