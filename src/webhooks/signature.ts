import { hmacSha256Hex } from '../system/hash.ts'

/**
 * The value of `WorkOS-Signature`, by which a receiver knows that a body is ours and when it was sent: milliseconds, and
 * HMAC-SHA-256 of both under the secret of the endpoint.
 */
export const webhookSignature = (secret: string, body: string, now: Date): string => {
  const milliseconds = now.getTime()
  return `t=${milliseconds}, v1=${hmacSha256Hex(secret, `${milliseconds}.${body}`)}`
}
