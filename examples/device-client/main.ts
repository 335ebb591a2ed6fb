import { signInByDevice } from './device-client.ts'

const required = (name: string): string => {
  const value = process.env[name]
  if (!value) {
    console.error(`${name} is not set; examples/README.md says what it is.`)
    process.exit(2)
  }
  return value
}

const result = await signInByDevice({
  issuer: process.env['ISSUER'] || 'http://localhost:3000',
  clientId: required('CLIENT_ID'),
  ...(process.env['SCOPE'] && { scope: process.env['SCOPE'] }),
  show: ({ code, address, addressWithCode, expiresInSeconds }) => {
    console.log(`Open ${address} in any browser and enter the code`)
    console.log(`\n    ${code}\n`)
    if (addressWithCode !== undefined) console.log(`or open ${addressWithCode} and compare it.`)
    console.log(`It is good for ${Math.round(expiresInSeconds / 60)} minutes. Waiting …`)
  },
})
switch (result.outcome) {
  case 'signed_in': {
    const { name, email, sub } = result.user
    console.log(`Signed in: ${[name, email, sub].filter((part) => part !== undefined).join(', ')}`)
    break
  }
  case 'denied':
    console.error('You denied it. Nothing was shared.')
    process.exitCode = 1
    break
  case 'expired':
    console.error('Nobody entered the code in time. Start again for another one.')
    process.exitCode = 1
    break
}
