import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A way to a server that can be cut off, as a network or a fail-over does it, and restored. */
export interface CuttableConnection {
  readonly port: number
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>
  restore(): Promise<void>
}

export const cuttableConnection = async (target: URL): Promise<CuttableConnection> => {
  const sockets = new Set<Socket>()
  let server: Server | undefined

  const join = (client: Socket): void => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      // The other side hears of it by its own end.
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  }

  const listen = async (port: number): Promise<number> => {
    server = createServer(join).listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  const port = await listen(0)
  return {
    port,
    cut: async () => {
      const closed = server && once(server, 'close')
      server?.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    restore: async () => {
      await listen(port)
    },
  }
}
