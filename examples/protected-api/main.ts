import { startProtectedApi } from './protected-api.ts'

const audience = process.env['AUDIENCE']
if (!audience) {
  console.error('AUDIENCE is not set; examples/README.md says what it is.')
  process.exit(2)
}
const { url, close } = await startProtectedApi({
  issuer: process.env['ISSUER'] || 'http://localhost:3000',
  audience,
  port: Number(process.env['PORT'] || 4001),
})
console.log(`curl -H "Authorization: Bearer $TOKEN" ${url}/whoami`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
