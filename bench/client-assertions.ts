import { createPrivateKey, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'

/** RFC 7523 §3: assertions of a client, each for one request. */
export const clientAssertions = async (
  { id, pem }: { readonly id: string; readonly pem: string },
  audience: string,
  count: number,
): Promise<string[]> => {
  const key = createPrivateKey(pem)
  const now = Math.floor(Date.now() / 1000)
  return Promise.all(
    Array.from({ length: count }, () =>
      new SignJWT({ iss: id, sub: id, aud: audience, jti: randomUUID(), iat: now, exp: now + 300 })
        .setProtectedHeader({ alg: 'ES256', kid: 'bench-client' })
        .sign(key),
    ),
  )
}
