import { createHash, createPublicKey, randomBytes, randomUUID } from 'node:crypto'
import formbody from '@fastify/formbody'
import { argon2id, hash, verify } from 'argon2'
import fastify from 'fastify'
import { exportJWK, importJWK, importPKCS8, importSPKI, jwtVerify, SignJWT } from 'jose'
import pg from 'pg'
import {
  clientJwk,
  machineClient,
  poolSize,
  redirectUri,
  resourceIndicator,
  tokenLifetimeSeconds,
  userEmail,
  userPassword,
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

const clientKey = await importJWK({ ...clientJwk(keys) }, 'ES256')

const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize })
await pool.query(`
  CREATE TABLE client (id text PRIMARY KEY, enabled boolean NOT NULL);
  CREATE TABLE person (id text PRIMARY KEY, password_hash text NOT NULL, claims jsonb NOT NULL);
  CREATE TABLE session (hash bytea PRIMARY KEY, subject text NOT NULL, expires_at timestamptz NOT NULL);
  CREATE TABLE refresh_token (
    hash bytea PRIMARY KEY,
    subject text NOT NULL,
    expires_at timestamptz NOT NULL
  );
  CREATE TABLE seen (hash bytea PRIMARY KEY, expires_at timestamptz NOT NULL);
  CREATE TABLE revoked (jti text PRIMARY KEY, expires_at timestamptz NOT NULL);
  CREATE TABLE pushed (hash bytea PRIMARY KEY, parameters jsonb NOT NULL, expires_at timestamptz NOT NULL);
  CREATE TABLE code (
    hash bytea PRIMARY KEY,
    client_id text NOT NULL,
    subject text NOT NULL,
    is_offline boolean NOT NULL,
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz
  );
`)
await pool.query('INSERT INTO client VALUES ($1, true)', [machineClient.id])
const passwordHash = await hash(userPassword, { type: argon2id })
await pool.query('INSERT INTO person VALUES ($1, $2, $3)', [
  userEmail(0),
  passwordHash,
  JSON.stringify({ email: userEmail(0), email_verified: true, name: 'Bench' }),
])

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

const signedFor = async (subject: string) => {
  const [accessToken, idToken] = await Promise.all([
    sign('at+jwt', subject, resourceIndicator),
    sign('JWT', subject, webClient.id),
  ])
  return { access_token: accessToken, id_token: idToken, ...tokenAnswer }
}

const newRefreshToken = async (subject: string): Promise<string> => {
  const token = randomBytes(32).toString('base64url')
  await pool.query({
    name: 'insert_refresh_token',
    text: "INSERT INTO refresh_token VALUES ($1, $2, now() + interval '30 days')",
    values: [sha256(token), subject],
  })
  return token
}

interface Form {
  readonly grant_type?: string
  readonly client_assertion?: string
  readonly refresh_token?: string
  readonly password?: string
  readonly code?: string
  readonly token?: string
}

const app = fastify({ logger: false })
await app.register(formbody)

app.post<{ Body: Form }>('/token', async ({ body }, reply) => {
  reply.header('cache-control', 'no-store')
  if (body.grant_type === 'client_credentials') {
    if (body.client_assertion !== undefined) {
      const { payload } = await jwtVerify(body.client_assertion, clientKey, { audience: issuer })
      await pool.query({
        name: 'see',
        text: "INSERT INTO seen VALUES ($1, now() + interval '5 minutes')",
        values: [sha256(payload.jti ?? '')],
      })
    }
    return { access_token: await sign('at+jwt', machineClient.id, resourceIndicator), ...tokenAnswer }
  }
  if (body.grant_type === 'refresh_token') {
    const successor = randomBytes(32).toString('base64url')
    const rotated = await pool.query<{ subject: string }>({
      name: 'rotate',
      text: `UPDATE refresh_token SET hash = $2, expires_at = now() + interval '30 days'
             WHERE hash = $1 AND expires_at > now() RETURNING subject`,
      values: [sha256(body.refresh_token ?? ''), sha256(successor)],
    })
    const subject = rotated.rows[0]?.subject
    if (subject === undefined) return reply.code(400).send({ error: 'invalid_grant' })
    return { ...(await signedFor(subject)), refresh_token: successor }
  }
  const redeemed = await pool.query<{ subject: string; is_offline: boolean }>({
    name: 'redeem',
    text: `UPDATE code SET redeemed_at = now() WHERE hash = $1 AND redeemed_at IS NULL AND expires_at > now()
           RETURNING client_id, subject, is_offline`,
    values: [sha256(body.code ?? '')],
  })
  const [code] = redeemed.rows
  if (code === undefined) return reply.code(400).send({ error: 'invalid_grant' })
  const issued = await signedFor(code.subject)
  return code.is_offline ? { ...issued, refresh_token: await newRefreshToken(code.subject) } : issued
})

app.post<{ Body: Form }>('/introspection', async ({ body }, reply) => {
  reply.header('cache-control', 'no-store')
  // No JWT: a handle.
  if (!body.token?.includes('.')) {
    const found = await pool.query<{ subject: string }>({
      name: 'refresh_token',
      text: 'SELECT subject FROM refresh_token WHERE hash = $1 AND expires_at > now()',
      values: [sha256(body.token ?? '')],
    })
    const sub = found.rows[0]?.subject
    return sub === undefined ? { active: false } : { active: true, sub }
  }
  const { payload } = await jwtVerify(body.token ?? '', publicKey, { issuer, typ: 'at+jwt' })
  const { rows } = await pool.query<{ enabled: boolean }>({
    name: 'client',
    text: 'SELECT enabled FROM client WHERE id = $1',
    values: [payload['client_id']],
  })
  return { active: rows[0]?.enabled === true, ...payload }
})

app.get('/userinfo', async ({ headers }, reply) => {
  reply.header('cache-control', 'no-store')
  const { payload } = await jwtVerify(headers.authorization?.slice(7) ?? '', publicKey, {
    issuer,
    typ: 'at+jwt',
  })
  const { rows } = await pool.query<{ claims: object }>({
    name: 'person',
    text: 'SELECT claims FROM person WHERE id = $1',
    values: [payload.sub],
  })
  return { sub: payload.sub, ...rows[0]?.claims }
})

app.post<{ Body: Form }>('/revocation', async ({ body }) => {
  const { payload } = await jwtVerify(body.token ?? '', publicKey, { issuer, typ: 'at+jwt' })
  await pool.query({
    name: 'revoke',
    text: 'INSERT INTO revoked VALUES ($1, to_timestamp($2)) ON CONFLICT DO NOTHING',
    values: [payload.jti, payload.exp],
  })
  return {}
})

app.post<{ Body: Form }>('/par', async ({ body }, reply) => {
  const handle = randomBytes(32).toString('base64url')
  await pool.query({
    name: 'push',
    text: "INSERT INTO pushed VALUES ($1, $2, now() + interval '60 seconds')",
    values: [sha256(handle), JSON.stringify(body)],
  })
  reply.code(201).header('cache-control', 'no-store')
  return { request_uri: `urn:ietf:params:oauth:request_uri:${handle}`, expires_in: 60 }
})

// A page for the address, one for the password, and the way back with a code: as many requests as there are pages.
const page = (fields: string): string =>
  `<!doctype html><title>Sign in</title><form method="post" action="/login">${fields}<button>Go on</button></form>`
app.post<{ Body: Form & { readonly email?: string } }>('/login', async ({ body }, reply) => {
  if (body.password === undefined) return reply.type('text/html').send(page('<input name="password">'))
  const { rows } = await pool.query<{ password_hash: string }>({
    name: 'password',
    text: 'SELECT password_hash FROM person WHERE id = $1',
    values: [userEmail(0)],
  })
  if (!(await verify(rows[0]?.password_hash ?? '', body.password))) return reply.code(401).send()
  const token = randomBytes(32).toString('base64url')
  await pool.query({
    name: 'session',
    text: "INSERT INTO session VALUES ($1, $2, now() + interval '1 day')",
    values: [sha256(token), userEmail(0)],
  })
  return reply.header('set-cookie', `session=${token}; HttpOnly`).redirect('/authorize', 303)
})

app.get<{ Querystring: { readonly scope?: string } }>('/authorize', async ({ headers, query }, reply) => {
  if (!headers.cookie) return reply.type('text/html').send(page('<input name="email">'))
  const code = randomBytes(32).toString('base64url')
  await pool.query({
    name: 'insert_code',
    text: "INSERT INTO code VALUES ($1, $2, $3, $4, now() + interval '60 seconds')",
    values: [sha256(code), webClient.id, userEmail(0), query.scope?.includes('offline_access') ?? false],
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
