import { promises } from 'node:dns'
import { once } from 'node:events'
import { Agent, createServer, request as requestHttp } from 'node:http'
import { connect, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startServer } from '../../src/cli/serve.ts'
import { loadConfig } from '../../src/config/config.ts'
import { createLogger } from '../../src/observability/logger.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { freePort, TEST_SECRET } from '../support/app.ts'
import { createServerDatabase, type ServerDatabase, testStore } from '../support/database-server.ts'
import { fixturesOn, type TestApplication } from '../support/fixtures.ts'
import { type Answer, clientToken } from '../support/relying-party.ts'

/*
 * A configuration is read at the start, so changing it is a restart: of one node after the other, behind a proxy that
 * asks /readyz, and nobody who uses the server notices.
 */

/** How often the proxy asks, and how long a node that is about to go says so, in milliseconds. */
const ASKED_EVERY = 50
const NOTICE = 500

/** So many requests at once, all the time. */
const CLIENTS = 4

interface Node {
  readonly port: number
  restart(settings: Readonly<Record<string, string>>): Promise<void>
  close(): Promise<void>
}

if (testStore.kind === 'postgres') {
  let database: ServerDatabase
  let nodes: readonly Node[]
  let proxy: Awaited<ReturnType<typeof startProxy>>
  let machine: TestApplication

  /** A node on the database of all, which can be stopped as SIGTERM stops one and started with other settings. */
  const startNode = async (): Promise<Node> => {
    const port = await freePort()
    const start = async (settings: Readonly<Record<string, string>> = {}) => {
      const own = await openDatabase({ kind: 'postgresql', url: database.url, poolSize: 5 }, () => {})
      return startServer(
        loadConfig({
          LATCHKEY_PORT: String(port),
          LATCHKEY_HOST: '127.0.0.1',
          LATCHKEY_ISSUER: 'http://localhost:3000',
          ...settings,
        }),
        { database: own, secret: TEST_SECRET, [Symbol.asyncDispose]: () => own.close() },
        { logger: createLogger({ level: 'silent' }) },
      )
    }
    let server = await start()
    return {
      port,
      restart: async (settings) => {
        await server.close(NOTICE)
        server = await start(settings)
      },
      close: () => server.close(),
    }
  }

  /** As load balancers are: keeps connections open, sends requests to who is ready, in turn, and never tries again. */
  const startProxy = async (ports: readonly number[]) => {
    const agent = new Agent({ keepAlive: true })
    const ready = new Set<number>()
    let turn = 0
    const ask = async (port: number): Promise<void> => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
      await answer?.arrayBuffer().catch(() => {})
      if (answer?.status === 200) ready.add(port)
      else ready.delete(port)
    }
    await Promise.all(ports.map(ask))
    const asking = setInterval(() => void Promise.all(ports.map(ask)), ASKED_EVERY)
    const server = createServer((incoming, outgoing) => {
      const [...choice] = ready
      turn += 1
      const { method, url: path, headers } = incoming
      const onward = requestHttp(
        { agent, host: '127.0.0.1', port: choice[turn % choice.length], method, path, headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
        },
      )
      onward.on('error', () => outgoing.writeHead(502, { 'content-type': 'application/json' }).end('{}'))
      incoming.pipe(onward)
    })
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return {
      issuer: `http://127.0.0.1:${port}`,
      isReady: (node: number) => ready.has(node),
      close: async () => {
        clearInterval(asking)
        agent.destroy()
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }

  beforeAll(async () => {
    database = await createServerDatabase(
      testStore.kind === 'postgres' ? testStore.templates.withKeys : undefined,
    )
    nodes = [await startNode(), await startNode()]
    const aside = await openDatabase({ kind: 'postgresql', url: database.url, poolSize: 1 }, () => {})
    const transaction = transactionOn(aside.kysely)
    const fixtures = fixturesOn({ transaction, clock: systemClock, random: systemRandom })
    machine = await fixtures.m2m(await fixtures.organization())
    await aside.close()
    proxy = await startProxy(nodes.map(({ port }) => port))
  })
  afterAll(async () => {
    await proxy.close()
    for (const node of nodes) await node.close()
    await database.drop()
  })

  describe('a restart of every node in turn, with another configuration', () => {
    test('drops no request', async () => {
      const answers: Answer[] = []
      let isOver = false
      const client = async (): Promise<void> => {
        while (!isOver) answers.push(await clientToken(proxy, machine))
      }
      const clients = Array.from({ length: CLIENTS }, client)
      const answeredSince = async (count: number) =>
        expect.poll(() => answers.length, { interval: 5 }).toBeGreaterThan(count + 2 * CLIENTS)
      for (const node of nodes) {
        await answeredSince(answers.length)
        const restarted = node.restart({ LATCHKEY_ACCESS_TOKEN_SECONDS: '120' })
        // The other one does all of the work.
        await expect.poll(() => proxy.isReady(node.port), { interval: 5 }).toBe(false)
        await answeredSince(answers.length)
        await restarted
        await expect.poll(() => proxy.isReady(node.port), { interval: 5 }).toBe(true)
      }
      await answeredSince(answers.length)
      isOver = true
      await Promise.all(clients)

      expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      const lifetimes = answers.map(({ body }) => body['expires_in'])
      expect(lifetimes[0]).toBe(300)
      expect(lifetimes.slice(-CLIENTS)).toEqual(Array.from({ length: CLIENTS }, () => 120))
    })
  })

  describe('a node at "localhost"', () => {
    test('serves each of its addresses, and finishes what runs there before it closes', async () => {
      const port = await freePort()
      const all = [
        '127.0.0.1',
        networkInterfaces()['lo']?.some(({ address }) => address === '::1') ? '::1' : '127.0.0.2',
      ]
      vi.spyOn(promises, 'lookup').mockResolvedValue(
        all.map((address) => ({ address, family: isIP(address) })) as never,
      )
      const own = await openDatabase({ kind: 'postgresql', url: database.url, poolSize: 5 }, () => {})
      const server = await startServer(
        loadConfig({
          LATCHKEY_PORT: String(port),
          LATCHKEY_HOST: 'localhost',
          LATCHKEY_ISSUER: 'http://localhost:3000',
        }),
        { database: own, secret: TEST_SECRET, [Symbol.asyncDispose]: () => own.close() },
        { logger: createLogger({ level: 'silent' }) },
      )
      const begun = await Promise.all(all.map((host) => beginTokenRequest({ host, port })))
      const closing = server.close()
      await expect.poll(() => isListening(all[0] ?? '', port), { interval: 5 }).toBe(false)
      for (const { finish } of begun) finish()
      expect(await Promise.all(begun.map(({ status }) => status))).toEqual([200, 200])
      await closing
      for (const host of all) expect(await isListening(host, port)).toBe(false)
    })
  })

  /** Its body comes when it is asked for. */
  const beginTokenRequest = async (place: { readonly host: string; readonly port: number }) => {
    const body = new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: machine.clientId },
      client_secret: machine.clientSecret ?? '',
    }).toString()
    const request = requestHttp({
      ...{ ...place, path: '/oauth2/token', method: 'POST', agent: new Agent() },
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length },
    })
    const status = once(request, 'response').then(([response]) => {
      response.resume()
      return response.statusCode as number
    })
    request.write(body.slice(0, 10))
    // The server has it once it has answered another.
    await fetch(`http://${isIP(place.host) === 6 ? `[${place.host}]` : place.host}:${place.port}/healthz`, {
      headers: { connection: 'close' },
    })
    return { status, finish: () => request.end(body.slice(10)) }
  }

  const isListening = async (host: string, port: number): Promise<boolean> => {
    const socket = connect({ host, port })
    const answer = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    return answer
  }
} else {
  describe('a restart of every node in turn', () => {
    test('takes several nodes, which the embedded store does not have', () => {
      expect(testStore.kind).toBe('pglite')
    })
  })
}
