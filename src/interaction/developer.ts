import type { FastifyRequest } from 'fastify'
import type { Client } from '../clients/client.ts'
import { isLoopbackHost } from '../protocol/issuer.ts'
import { ADMIN_ROLE } from '../protocol/slug.ts'
import type { BrowserContexts } from '../sessions/browser-context.ts'
import type { Stores } from '../storage/index.ts'
import { isAtThisMachine } from './this-machine.ts'

/*
 * Who is told why something failed, in full. What is registered for an application is its owner's business, and what is
 * wrong with a request tells somebody who makes one up what to change.
 */

export type DeveloperDetail = 'developers' | 'never'

export interface Readers {
  readonly issuer: string
  readonly developerDetail: DeveloperDetail
  readonly browserContexts: BrowserContexts
  readonly stores: Pick<Stores, 'memberships'>
}

export type ReaderIsDeveloper = (
  request: FastifyRequest,
  /** The application that it is about, as far as that is known. */
  about: Pick<Client, 'organizationId'> | undefined,
  now: Date,
) => Promise<boolean>

/** Whoever sits at this machine, where all of it is theirs; and admins of the organization that owns the application. */
export const createReaderIsDeveloper =
  ({ issuer, developerDetail, browserContexts, stores }: Readers): ReaderIsDeveloper =>
  async (request, about, now) => {
    if (developerDetail === 'never') return false
    if (isLoopbackHost(new URL(issuer).hostname) && isAtThisMachine(request)) return true
    if (!about?.organizationId) return false
    const { session } = await browserContexts.current(request.headers.cookie, now)
    return session ? stores.memberships.holdsRole(session.userId, about.organizationId, ADMIN_ROLE) : false
  }
