import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import {
  createOutboundFetch,
  OutboundFailure,
  type OutboundOptions,
  type OutboundRequest,
  outboundUrlProblem,
  parseOutboundHost,
} from '../../src/system/outbound-fetch.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const serve = async (listener: RequestListener): Promise<{ url: string; port: number; server: Server }> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, port, server }
}

const ask = (url: string, request: Partial<OutboundRequest> = {}, options: Partial<OutboundOptions> = {}) =>
  createOutboundFetch({ allowedHosts: ['127.0.0.1'], ...options })({
    method: 'GET',
    url,
    timeoutMilliseconds: 5_000,
    maximumBytes: 1_000,
    ...request,
  })

const failure = async (answer: Promise<unknown>): Promise<string> => {
  const error = await answer.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(OutboundFailure)
  return (error as OutboundFailure).code
}

const resolving =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

const ONLY_PRIVATE = 'must not name a host that only a private network has'

describe('an address as text', () => {
  test.each([
    ['ftp://example.com/', 'must begin with https://'],
    ['http://example.com/', 'must begin with https://'],
    ['https://user:secret@example.com/', 'must not hold a user name or password'],
    ['https://127.0.0.1/', 'must not name an address of a private network'],
    ['https://2130706433/', 'must not name an address of a private network'],
    ['https://0x7f.1/', 'must not name an address of a private network'],
    ['https://[::1]/', 'must not name an address of a private network'],
    ['https://[::ffff:10.0.0.1]/', 'must not name an address of a private network'],
    ['https://localhost/', ONLY_PRIVATE],
    ['https://LOCALHOST./', ONLY_PRIVATE],
    ['https://hooks.localhost/', ONLY_PRIVATE],
    ['https://foo', ONLY_PRIVATE],
    ['https://foo.local', ONLY_PRIVATE],
    ['https://foo.internal/', ONLY_PRIVATE],
    ['https://metadata.google.internal/', ONLY_PRIVATE],
    ['https://router.home.arpa/', ONLY_PRIVATE],
    ['https://internal.example.com/', undefined],
    ['https://notlocal.example/', undefined],
    ['https://my-internal.example/', undefined],
    ['javascript:alert(1)', 'must begin with https://'],
    ['/path', 'is not a URL'],
    ['', 'is not a URL'],
    ['https://example.com:8443/hook?a=b', undefined],
    ['http://hooks.internal/', undefined],
    ['http://[::2]:9000/', undefined],
    ['file://hooks.internal/', 'must begin with https://'],
  ])('%s: %s', (url, problem) => {
    expect(outboundUrlProblem(url, ['hooks.internal', '[::2]'])).toBe(problem)
  })

  test.each([
    ['Hooks.Internal', 'hooks.internal'],
    ['10.0.0.1', '10.0.0.1'],
    ['::1', '[::1]'],
    ['[::1]', '[::1]'],
    ['hooks.internal:8080', undefined],
    ['https://hooks.internal', undefined],
    ['hooks.internal/path', undefined],
    ['user@hooks.internal', undefined],
    ['*', undefined],
    ['*.internal', undefined],
    ['my_service', 'my_service'],
    ['', undefined],
  ])('an allowed host %s is %s', (text, host) => expect(parseOutboundHost(text)).toBe(host))
})

describe('requests to the outside', () => {
  test('send what they are given, and bring back status, headers and body', async () => {
    const { url } = await serve((request, response) => {
      let body = ''
      request.on('data', (part) => {
        body += part
      })
      request.on('end', () => {
        response.writeHead(418, { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] })
        response.end(`${request.method} ${request.headers['x-question']} ${body}`)
      })
    })
    const answer = await ask(url, { method: 'POST', body: 'häh', headers: { 'x-question': 'why' } })
    expect(answer.status).toBe(418)
    expect(answer.headers).toMatchObject({ 'x-answer': 'yes', 'set-cookie': 'a=1, b=2' })
    expect(answer.body.toString()).toBe('POST why häh')
  })

  test('do not go to hosts that are not allowed, neither by http nor in private networks', async () => {
    let requests = 0
    const { url, port } = await serve((_request, response) => {
      requests += 1
      response.end()
    })
    expect(await failure(ask(url, {}, { allowedHosts: [] }))).toBe('invalid_url')
    const https = `https://hooks.example:${port}/`
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '169.254.169.254', '::1']) {
      expect(await failure(ask(https, {}, { resolve: resolving(address) }))).toBe('forbidden_address')
    }
    expect(requests).toBe(0)
  })

  test('do not go to a name that has a private address beside a public one', async () => {
    const resolve = resolving('8.8.8.8', '10.0.0.1')
    expect(await failure(ask('https://hooks.example/', {}, { resolve }))).toBe('forbidden_address')
  })

  test('go to the very address that was checked: a name is looked up once (DNS rebinding)', async () => {
    const { port } = await serve((request, response) => response.end(request.headers.host))
    const answers = ['127.0.0.1', '10.0.0.1']
    let lookups = 0
    const resolve = async () => {
      lookups += 1
      return [{ address: answers.shift() ?? '10.0.0.1', family: 4 }]
    }
    const options = { allowedHosts: ['rebound.example'], resolve }
    const answer = await ask(`http://rebound.example:${port}/`, {}, options)
    expect(answer.body.toString()).toBe(`rebound.example:${port}`)
    expect(lookups).toBe(1)
  })

  test('say that a name is unknown', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    expect(await failure(ask('https://hooks.example/', {}, { resolve }))).toBe('name_not_found')
    expect(await failure(ask('https://hooks.example/', {}, { resolve: resolving() }))).toBe('name_not_found')
  })

  test('that cannot even be begun fail at once', async () => {
    const { url } = await serve((_request, response) => response.end())
    expect(await failure(ask(url, { headers: { 'x-question': 'why\nnot' } }))).toBe('connection_failed')
  })

  test('follow no redirect', async () => {
    const paths: (string | undefined)[] = []
    const { url } = await serve((request, response) => {
      paths.push(request.url)
      response.writeHead(307, { location: '/secret' }).end()
    })
    expect(await ask(url)).toMatchObject({ status: 307, headers: { location: '/secret' } })
    expect(paths).toEqual(['/'])
  })

  test.each([
    ['looks its name up for ever', async () => 'https://hooks.example/', () => new Promise<never>(() => {})],
    ['never answers', async () => (await serve(() => {})).url, undefined],
    [
      'never ends its answer',
      async () => (await serve((_request, response) => void response.write('a'))).url,
      undefined,
    ],
    [
      'sends a byte now and then',
      async () =>
        (
          await serve((_request, response) => {
            const drip = setInterval(() => response.write('a'), 20)
            response.on('close', () => clearInterval(drip))
          })
        ).url,
      undefined,
    ],
  ])('end in time when a server %s', async (_what, start, resolve) => {
    const url = await start()
    const request = { timeoutMilliseconds: 200 }
    expect(await failure(ask(url, request, resolve && { resolve }))).toBe('timed_out')
  })

  test('end when the body grows beyond its limit, and take one that just fits', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/endless') {
        const flood = (): void => {
          while (!response.destroyed && response.write('x'.repeat(10_000))) {}
        }
        response.on('drain', flood)
        flood()
      } else response.end('x'.repeat(1_000))
    })
    expect((await ask(url)).body.length).toBe(1_000)
    expect(await failure(ask(url, { maximumBytes: 999 }))).toBe('too_large')
    expect(await failure(ask(`${url}endless`))).toBe('too_large')
  })

  test('do not wait for a body that is of no interest', async () => {
    const { url } = await serve((_request, response) => void response.write('a'))
    expect(await ask(url, { maximumBytes: 0 })).toMatchObject({ status: 200, body: Buffer.alloc(0) })
  })

  test('say that a connection failed, or that it is none of TLS', async () => {
    const silent = createTcpServer((socket) => socket.end('nonsense\r\n\r\n')).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    closing.push(() => silent.close())
    const { port } = silent.address() as AddressInfo
    expect(await failure(ask(`http://127.0.0.1:${port}/`))).toBe('connection_failed')
    expect(await failure(ask(`https://127.0.0.1:${port}/`))).toBe('tls_failed')
  })

  test('say that nobody listens', async () => {
    const { url, server } = await serve(() => {})
    server.close()
    await once(server, 'close')
    expect(await failure(ask(url))).toBe('connection_failed')
  })

  test('ask no proxy of the environment', async () => {
    const { url } = await serve((_request, response) => response.end('direct'))
    const { url: proxy } = await serve((_request, response) => response.end('proxy'))
    const before = { ...process.env }
    Object.assign(process.env, { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy, http_proxy: proxy })
    try {
      expect((await ask(url)).body.toString()).toBe('direct')
    } finally {
      for (const name of ['NODE_USE_ENV_PROXY', 'HTTP_PROXY', 'http_proxy']) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    }
  })
})
