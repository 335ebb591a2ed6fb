import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  /** Status line and header lines as received. */
  readonly head: string
  readonly body: Buffer
}

const headEnd = Buffer.from('\r\n\r\n')

/** The value of one response header, or undefined. Only for the few requests that need it. */
export const headerOf = (answer: Answer, name: string): string | undefined =>
  new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'im').exec(answer.head)?.[1]

const dechunk = (data: Buffer, from: number): Buffer | undefined => {
  const parts: Buffer[] = []
  let position = from
  for (;;) {
    const lineEnd = data.indexOf('\r\n', position)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(data.toString('latin1', position, lineEnd), 16)
    const start = lineEnd + 2
    if (data.length < start + size + 2) return undefined
    if (size === 0) return Buffer.concat(parts)
    parts.push(data.subarray(start, start + size))
    position = start + size + 2
  }
}

const parse = (data: Buffer): Answer | undefined => {
  const end = data.indexOf(headEnd)
  if (end < 0) return undefined
  const head = data.toString('latin1', 0, end)
  const status = Number.parseInt(head.slice(9, 12), 10)
  const start = end + headEnd.length
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) {
    const size = Number.parseInt(length, 10)
    return data.length < start + size ? undefined : { status, head, body: data.subarray(start, start + size) }
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const body = dechunk(data, start)
    return body === undefined ? undefined : { status, head, body }
  }
  return { status, head, body: Buffer.alloc(0) }
}

/**
 * One keep-alive HTTP/1.1 connection with at most one request under way.
 *
 * The driver shares two cores with the server and the database it measures, so it does as little as it can:
 * requests are bytes made ahead of time, and answers are searched, not parsed.
 */
export class HttpConnection {
  readonly #socket: Socket
  #received: Buffer | undefined
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined
  #closed: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  static open(port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new HttpConnection(socket))
      })
    })
  }

  send(request: Buffer | string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed)
      this.#settle = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received === undefined ? chunk : Buffer.concat([this.#received, chunk])
    const answer = parse(this.#received)
    if (answer === undefined) return
    this.#received = undefined
    const settle = this.#settle
    this.#settle = undefined
    settle?.resolve(answer)
  }

  #fail(error: Error): void {
    this.#closed ??= error
    const settle = this.#settle
    this.#settle = undefined
    settle?.reject(this.#closed)
  }
}

export const getRequest = (
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): string =>
  `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

export const formRequest = (
  port: number,
  path: string,
  body: string,
  authorization?: string,
  more: Readonly<Record<string, string>> = {},
): string => {
  const headers = { ...(authorization !== undefined && { authorization }), ...more }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return (
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n` +
    `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
    `${lines.join('')}\r\n${body}`
  )
}

/** RFC 6749 §2.3.1: both halves form-encoded before base64. */
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
