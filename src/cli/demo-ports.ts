import { createServer } from 'node:net'

/** How many are tried: whoever has that many in a row taken knows of it. */
const ATTEMPTS = 50

/** The first port from there on that nobody listens at; for 0 any. */
export const findFreePort = async (from: number): Promise<number> => {
  for (let port = from; port < from + ATTEMPTS && port <= 65_535; port++) {
    const found = await tryPort(port)
    if (found !== undefined) return found
  }
  throw new Error(`All ports from ${from} on are taken; set LATCHKEY_PORT to one that is free.`)
}

/** Undefined if it is taken, on any address that localhost stands for. */
const tryPort = async (port: number): Promise<number | undefined> => {
  const first = await listenOnce(port, '127.0.0.1')
  if (first === undefined) return undefined
  return (await listenOnce(first, '::1')) === undefined ? undefined : first
}

const listenOnce = (port: number, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      switch (error.code) {
        case 'EADDRINUSE':
        case 'EACCES':
          resolve(undefined)
          break
        // A machine without IPv6.
        case 'EADDRNOTAVAIL':
        case 'EAFNOSUPPORT':
          resolve(port)
          break
        default:
          reject(error)
      }
    })
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      const found = typeof address === 'object' && address !== null ? address.port : port
      server.close(() => resolve(found))
    })
  })
