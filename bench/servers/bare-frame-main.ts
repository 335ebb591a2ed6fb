import { createHash, createPublicKey, randomBytes, randomUUID } from 'node:crypto'
import formbody from '@fastify/formbody'
import fastify from 'fastify'
import { exportJWK, importPKCS8, importSPKI, jwtVerify, SignJWT } from 'jose'
import pg from 'pg'
import {
  machineClient,
  poolSize,
  redirectUri,
  resourceIndicator,
  tokenLifetimeSeconds,
  userEmail,
  webClient,
} from '../fixtures.ts'
import { readEnvironment } from './environment.ts'

/**
 * The bare frame: no authorization server, only the work that no authorization server can leave out. It checks
 * no client, no session and no parameter. Its speed is the limit that Fastify, jose and PostgreSQL set here.
 */
const { port, issuer, databaseUrl, keys } = readEnvironment()
const { accessTokenAlgorithm } = keys
const accessTokenKey = await importPKCS8(keys.accessTokenPem, accessTokenAlgorithm)
const idTokenKey = await importPKCS8(keys.rsaPem, 'RS256')
const publicPem = createPublicKey(keys.accessTokenPem).export({ type: 'spki', format: 'pem' }).toString()
const publicKey = await importSPKI(publicPem, accessTokenAlgorithm, { extractable: true })

const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize })
await pool.query(`
  CREATE TABLE client (id text PRIMARY KEY, enabled boolean NOT NULL);
  CREATE TABLE code (
    hash bytea PRIMARY KEY,
    client_id text NOT NULL,
    subject text NOT NULL,
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz
  );
`)
await pool.query('INSERT INTO client VALUES ($1, true)', [machineClient.id])

const sign = (type: 'at+jwt' | 'JWT', subject: string, audience: string): Promise<string> => {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({
    iss: issuer,
    aud: audience,
    sub: subject,
    client_id: machineClient.id,
    jti: randomUUID(),
    iat: now,
    exp: now + tokenLifetimeSeconds,
  })
    .setProtectedHeader({ alg: type === 'JWT' ? 'RS256' : accessTokenAlgorithm, kid: 'bench', typ: type })
    .sign(type === 'JWT' ? idTokenKey : accessTokenKey)
}

const tokenAnswer = { token_type: 'Bearer', expires_in: tokenLifetimeSeconds }
const sha256 = (value: string): Buffer => createHash('sha256').update(value).digest()

interface Form {
  readonly grant_type?: string
  readonly code?: string
  readonly token?: string
}

const app = fastify({ logger: false })
await app.register(formbody)

app.post<{ Body: Form }>('/token', async ({ body }, reply) => {
  reply.header('cache-control', 'no-store')
  if (body.grant_type === 'client_credentials') {
    return { access_token: await sign('at+jwt', machineClient.id, resourceIndicator), ...tokenAnswer }
  }
  const redeemed = await pool.query<{ subject: string }>({
    name: 'redeem',
    text: `UPDATE code SET redeemed_at = now() WHERE hash = $1 AND redeemed_at IS NULL AND expires_at > now()
           RETURNING client_id, subject`,
    values: [sha256(body.code ?? '')],
  })
  const subject = redeemed.rows[0]?.subject
  if (subject === undefined) return reply.code(400).send({ error: 'invalid_grant' })
  const [accessToken, idToken] = await Promise.all([
    sign('at+jwt', subject, resourceIndicator),
    sign('JWT', subject, webClient.id),
  ])
  return { access_token: accessToken, id_token: idToken, ...tokenAnswer }
})

app.post<{ Body: Form }>('/introspection', async ({ body }, reply) => {
  reply.header('cache-control', 'no-store')
  const { payload } = await jwtVerify(body.token ?? '', publicKey, { issuer, typ: 'at+jwt' })
  const { rows } = await pool.query<{ enabled: boolean }>({
    name: 'client',
    text: 'SELECT enabled FROM client WHERE id = $1',
    values: [payload['client_id']],
  })
  return { active: rows[0]?.enabled === true, ...payload }
})

app.get('/authorize', async (_request, reply) => {
  const code = randomBytes(32).toString('base64url')
  await pool.query({
    name: 'insert_code',
    text: "INSERT INTO code VALUES ($1, $2, $3, now() + interval '60 seconds')",
    values: [sha256(code), webClient.id, userEmail(0)],
  })
  return reply.redirect(`${redirectUri}?code=${code}`)
})

const jwks = JSON.stringify({
  keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', use: 'sig', alg: accessTokenAlgorithm }],
})
// About as long as a real document.
const discovery = JSON.stringify({ issuer, padding: 'x'.repeat(2_000) })
app.get('/jwks', async (_request, reply) => reply.type('application/json').send(jwks))
app.get('/discovery', async (_request, reply) => reply.type('application/json').send(discovery))

await app.listen({ port, host: '127.0.0.1' })
