import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A way to a database that can fall silent, as when a machine is gone and nobody says so: nothing is refused, nothing
 * ends, and nothing arrives any more.
 */
export interface DatabaseLink {
  readonly url: string
  /** Nothing arrives, on new connections neither, until `resume`. */
  stall(): void
  /** Everything arrives again; what was stranded ends. */
  resume(): void
  /** The connections that are there stay silent; new ones work: a fail-over. */
  strand(): void
  /** Ends the next connection on which the client sends this text, before the server sees it. */
  cutAt(text: string): void
  /** Connections that were begun so far. */
  readonly begun: number
  close(): Promise<void>
}

export const databaseLink = async (target: string): Promise<DatabaseLink> => {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const stranded = new WeakSet<Socket>()
  let isStalled = false
  let cutAt: string | undefined
  let begun = 0

  const server = createServer((client) => {
    begun += 1
    const upstream = connect(Number(port), hostname)
    const pass = (from: Socket, to: Socket) => {
      sockets.add(from)
      from.on('data', (chunk: Buffer) => {
        if (from === client && cutAt !== undefined && chunk.includes(cutAt)) {
          cutAt = undefined
          client.destroy()
          return
        }
        to.write(chunk)
      })
      // The other side hears of it by its own end.
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      if (isStalled) from.pause()
    }
    pass(client, upstream)
    pass(upstream, client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    stall: () => {
      isStalled = true
      for (const socket of sockets) socket.pause()
    },
    resume: () => {
      isStalled = false
      for (const socket of sockets) {
        if (stranded.has(socket)) socket.destroy()
        else socket.resume()
      }
    },
    strand: () => {
      for (const socket of sockets) {
        stranded.add(socket)
        socket.pause()
      }
    },
    cutAt: (text) => {
      cutAt = text
    },
    get begun() {
      return begun
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
