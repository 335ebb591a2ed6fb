import { paths } from '../../protocol/paths.ts'
import type { Integration, Snippet } from './snippet.ts'

export const jose = ({ issuer, clientId, audience, tokenType }: Integration): Snippet => ({
  id: 'jose',
  label: 'jose (an API)',
  about: 'Node.js, at an API that the application calls: access tokens are verified by the published keys.',
  install: 'npm install jose express',
  file: 'api.mjs',
  code: `import express from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const keys = createRemoteJWKSet(new URL('${issuer}${paths.jwks}'))

const verified = async (request) => {
  const [, token] = /^Bearer (\\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (!token) return undefined
  const { payload } = await jwtVerify(token, keys, {
    issuer: '${issuer}',
    audience: '${audience}',
    typ: '${tokenType}',
    requiredClaims: ['exp', 'sub', 'client_id'],
  })
  return payload
}

const app = express()

app.get('/', async (request, response) => {
  const claims = await verified(request).catch(() => undefined)
  // Tokens of other applications are verified as well; leave this out if they may come, too.
  if (claims?.client_id !== '${clientId}') {
    return response.status(401).set('www-authenticate', 'Bearer error="invalid_token"').end()
  }
  response.json({ subject: claims.sub, scopes: claims.scope?.split(' ') ?? [] })
})

app.listen(process.env.PORT ?? 3001, () => console.log('Listening'))
`,
})
