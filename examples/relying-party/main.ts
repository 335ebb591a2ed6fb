import { startRelyingParty } from './relying-party.ts'

const required = (name: string): string => {
  const value = process.env[name]
  if (!value) {
    console.error(`${name} is not set; examples/README.md says what it is.`)
    process.exit(2)
  }
  return value
}

const { url, close } = await startRelyingParty({
  issuer: process.env['ISSUER'] || 'http://localhost:3000',
  clientId: required('CLIENT_ID'),
  clientSecret: required('CLIENT_SECRET'),
  port: Number(process.env['PORT'] || 4000),
  name: process.env['NAME'] || 'Sample application',
  ...(process.env['SCOPE'] && { scope: process.env['SCOPE'] }),
})
console.log(`Open ${url} (its redirect URI is ${url}/callback).`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
