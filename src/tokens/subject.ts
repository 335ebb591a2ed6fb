import type { Client } from '../clients/client.ts'
import { isPairwise, type Sectored, sectorOf } from '../clients/sector-identifier.ts'
import type { UserId } from '../protocol/identifiers.ts'
import { hmacSha256 } from '../system/hash.ts'

/*
 * What `sub` says. To most clients it is the ID of the user; to those with pairwise subjects (OIDC Core §8.1) a name that
 * is good in their sector alone, so that two of them cannot find out that they have a user in common.
 */

declare const subject: unique symbol

/** The value of a `sub`. Made here and nowhere else: whoever passes on the ID of a user in its place does not compile. */
export type Subject = string & { readonly [subject]: true }

/** What a client is told of, as far as subjects are concerned. */
export type SubjectClient = Pick<Client, 'clientId' | 'metadata' | 'wasDynamicallyRegistered'> &
  Pick<Sectored, 'redirectUris'>

/** Whom `sub` names to a client, the same each time. */
export type SubjectOf = (client: SubjectClient, userId: UserId) => Subject

/**
 * OIDC Core §8.1: neither the user nor another sector's subject can be found out from one, and it never changes. So it is
 * derived and not kept: a pseudorandom function of sector and user, under a key of its own.
 */
export const createSubjectOf =
  (key: Uint8Array): SubjectOf =>
  (client, userId) =>
    // The host of a sector has no line break in it.
    (isPairwise(client) ? hmacSha256(key, `${sectorOf(client)}\n${userId}`) : userId) as string as Subject

/** RFC 9068 §2.2: a client that acts for itself is its own subject. */
export const subjectOfClient = ({ clientId }: Pick<Client, 'clientId'>): Subject =>
  clientId as string as Subject

/** The subject that a token of ours names whose signature has been verified: it was made here, then. */
export const subjectOfToken = (sub: string): Subject => sub as Subject

/**
 * Whether a token of ours names this user to this client. One from before the client got pairwise subjects says their ID,
 * and is as true as it was.
 */
export const namesUser = (
  subjectOf: SubjectOf,
  named: Subject,
  client: SubjectClient,
  userId: UserId,
): boolean => named === (userId as string) || named === subjectOf(client, userId)
