import { connectMachineClient } from './machine-client.ts'

const required = (name: string): string => {
  const value = process.env[name]
  if (!value) {
    console.error(`${name} is not set; examples/README.md says what it is.`)
    process.exit(2)
  }
  return value
}

const accessToken = await connectMachineClient({
  issuer: process.env['ISSUER'] || 'http://localhost:3000',
  clientId: required('CLIENT_ID'),
  clientSecret: required('CLIENT_SECRET'),
  ...(process.env['SCOPE'] && { scope: process.env['SCOPE'] }),
})
const api = process.env['API'] || 'http://localhost:4001/whoami'
const response = await fetch(api, { headers: { authorization: `Bearer ${await accessToken()}` } })
console.log(response.status, await response.text())
