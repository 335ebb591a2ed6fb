import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it came. */
export interface Received {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Somebody's server that webhooks are sent to. */
export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
  /** How the next requests are answered; the last of several for good. `hang`: not at all. */
  answerWith(...answers: readonly (number | 'hang')[]): void
}

export const startReceiver = async (): Promise<Receiver> => {
  const received: Received[] = []
  let answers: readonly (number | 'hang')[] = [200]
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString() })
      const [answer = 200, ...rest] = answers
      if (rest.length > 0) answers = rest
      if (answer === 'hang') return
      response.writeHead(answer, answer === 302 ? { location: 'http://127.0.0.1:1/elsewhere' } : {})
      response.end('thank you')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answerWith: (...given) => {
      answers = given
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
