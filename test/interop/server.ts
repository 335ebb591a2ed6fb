import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { buildProgram } from '../support/built-program.ts'
import { newCertificate } from '../support/certificate.ts'

/* The program as it is built, on the embedded store and with TLS of its own, in a directory that goes with it. */

export interface Server extends AsyncDisposable {
  readonly issuer: string
  /** The audience of access tokens. */
  readonly environmentClientId: string
  readonly apiKey: string
}

const PATIENCE_MILLISECONDS = 60_000

/** What the server and its clients are given: libraries want https, and some take nothing else. */
export interface Tls {
  readonly certificateFile: string
  readonly keyFile: string
  /** The certificate to be trusted. */
  readonly authorityFile: string
}

/** From here on this process trusts the authority, too. */
export const newTls = (directory: string): Tls => {
  const authority = newCertificate({ subject: [[['CN', 'Interop']]], isAuthority: true })
  const { pem, keyPem } = newCertificate({
    subject: [[['CN', 'localhost']]],
    issuer: authority,
    alternativeNames: { dns: ['localhost'] },
  })
  const write = (name: string, text: string): string => {
    const path = join(directory, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  setDefaultCACertificates([...getCACertificates('default'), authority.pem])
  return {
    certificateFile: write('certificate.pem', pem),
    keyFile: write('key.pem', keyPem),
    authorityFile: write('authority.pem', authority.pem),
  }
}

export const startServer = async (directory: string, tls: Tls): Promise<Server> => {
  const program = buildProgram()
  try {
    const port = await freePort()
    const issuer = `https://localhost:${port}`
    const settings = {
      LATCHKEY_ISSUER: issuer,
      LATCHKEY_PORT: String(port),
      LATCHKEY_TLS_CERTIFICATE_FILE: tls.certificateFile,
      LATCHKEY_TLS_KEY_FILE: tls.keyFile,
      LATCHKEY_DATA_DIR: join(directory, 'data'),
      LATCHKEY_LOG_LEVEL: 'warn',
    }
    const { code, output } = await program.run(['bootstrap'], settings)
    const [environmentClientId] = /client_\w+/.exec(output) ?? []
    const [apiKey] = /sk_[\w-]+/.exec(output) ?? []
    if (code !== 0 || environmentClientId === undefined || apiKey === undefined) throw new Error(output)

    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [program.main, 'serve'], {
      env: { PATH, ...settings },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    await answers(`${issuer}/.well-known/openid-configuration`, child)
    return {
      issuer,
      environmentClientId,
      apiKey,
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGTERM')
        if (child.exitCode === null) await once(child, 'exit')
        program.remove()
      },
    }
  } catch (error) {
    program.remove()
    throw error
  }
}

const answers = async (url: string, child: ChildProcess): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  for (;;) {
    const isUp = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (isUp) return
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`)
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error('The server does not answer.')
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const freePort = async (): Promise<number> => {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  listener.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
