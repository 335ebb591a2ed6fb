import { startLoginApplication } from './login-application.ts'

const issuer = process.env['ISSUER'] || 'http://localhost:3000'
const apiKey = process.env['API_KEY']
if (!apiKey) {
  console.error('API_KEY is not set; examples/README.md says what it is.')
  process.exit(2)
}

/** Where users sign in from now on; null: at Latchkey's own pages. */
const setLoginUri = async (uri: string | null): Promise<void> => {
  const response = await fetch(`${issuer}/latchkey/v1/settings`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ standalone_login_uri: uri }),
  })
  if (!response.ok) throw new Error(`The Login URI was not set: ${response.status} ${await response.text()}`)
}

const { loginUri, close } = await startLoginApplication({
  issuer,
  apiKey,
  port: Number(process.env['PORT'] || 4003),
})
await setLoginUri(loginUri)
console.log(`Users of ${issuer} sign in at ${loginUri} from now on:`)
console.log('  grace@northwind.example   amazing grace')
console.log('  alan@northwind.example    imitation game')
console.log('Ctrl+C takes it back.')

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void setLoginUri(null).finally(close))
}
