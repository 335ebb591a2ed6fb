import type { Client } from '../clients/client.ts'
import { addSeconds, toEpochSeconds } from '../system/clock.ts'
import { newHandle, type Random } from '../system/random.ts'
import type { Sid } from './sid.ts'
import type { Subject } from './subject.ts'

/** OIDC Back-Channel Logout §2.4: keeps it from passing for another kind of token. */
export const LOGOUT_TOKEN_TYPE = 'logout+jwt'

/** OIDC Back-Channel Logout §2.4: at most two minutes, so that a captured one is soon of no use. */
const SECONDS = 120

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

export interface LogoutTokenClaims extends Readonly<Record<string, unknown>> {
  readonly iss: string
  readonly sub: Subject
  readonly aud: string
  readonly sid: Sid
}

/**
 * OIDC Back-Channel Logout §2.4. With the subject and the session, whatever the client requires: one that does not know
 * the session any more may go by the subject. There is never a nonce.
 */
export const logoutTokenClaims = (
  {
    issuer,
    subject,
    client,
    sid,
  }: {
    readonly issuer: string
    readonly subject: Subject
    readonly client: Pick<Client, 'clientId'>
    readonly sid: Sid
  },
  now: Date,
  random: Random,
): LogoutTokenClaims => ({
  iss: issuer,
  sub: subject,
  aud: client.clientId,
  iat: toEpochSeconds(now),
  exp: toEpochSeconds(addSeconds(now, SECONDS)),
  jti: newHandle(random),
  sid,
  events: { [EVENT]: {} },
})
