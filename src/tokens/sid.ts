import { isPairwise, sectorOf } from '../clients/sector-identifier.ts'
import type { SessionId } from '../protocol/identifiers.ts'
import { hmacSha256 } from '../system/hash.ts'
import type { SubjectClient } from './subject.ts'

/*
 * What the `sid` of ID tokens and of logout says (OIDC Front-Channel Logout §3): to most clients it is the ID of the
 * session. To those with pairwise subjects it is a name that is good in their sector alone: else two of them had one in
 * common for as long as a session lasts, and subjects that differ would be of no use (OIDC Core §8.1, §17.3).
 */

declare const sid: unique symbol

/** The value of a `sid`. Made here and nowhere else: whoever passes on the ID of a session in its place does not compile. */
export type Sid = string & { readonly [sid]: true }

/** What a session is called to a client, the same each time. */
export type SidOf = (client: SubjectClient, sessionId: SessionId) => Sid

/** Derived like subjects (subject.ts), under a key of its own. */
export const createSidOf =
  (key: Uint8Array): SidOf =>
  (client, sessionId) =>
    // The host of a sector has no line break in it.
    (isPairwise(client) ? hmacSha256(key, `${sectorOf(client)}\n${sessionId}`) : sessionId) as string as Sid

/** Whether a token of ours names this session to this client; one from before it got pairwise subjects says its ID. */
export const namesSession = (
  sidOf: SidOf,
  named: string,
  client: SubjectClient,
  sessionId: SessionId,
): boolean => named === sessionId || named === sidOf(client, sessionId)
