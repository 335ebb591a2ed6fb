import { z } from 'zod'
import type { Client } from '../clients/client.ts'
import { findPostLogoutRedirectUri } from '../protocol/post-logout-redirect-uri.ts'
import { addSeconds } from '../system/clock.ts'
import { openJson, type Sealer } from '../system/encryption.ts'
import { subjectOfToken } from '../tokens/subject.ts'
import type { LogoutRequest } from './request.ts'

/**
 * A logout request while its user is asked. It travels with the browser, sealed; what was verified of the ID token goes
 * along, the token itself does not. It is bound to no browser: whoever could take it elsewhere has the ID token, too.
 */
export interface SealedLogoutRequests {
  seal(request: LogoutRequest, now: Date): string
  /** Undefined if it has expired, or was never ours. */
  open(sealed: string, now: Date): Promise<LogoutRequest | undefined>
}

const shape = z.object({
  clientId: z.string().optional(),
  hint: z.object({ clientId: z.string(), subject: z.string(), sid: z.string().optional() }).optional(),
  redirectUri: z.string().optional(),
  state: z.string().optional(),
  uiLocales: z.array(z.string()),
  expiresAt: z.number(),
})

/** Nothing else is sealed for this purpose. */
const CONTEXT = ''

export const createSealedLogoutRequests = ({
  sealer,
  lifetimeSeconds,
  findClient,
}: {
  readonly sealer: Sealer
  readonly lifetimeSeconds: number
  readonly findClient: (clientId: string) => Promise<Client | undefined>
}): SealedLogoutRequests => ({
  seal: ({ client, hint, target, uiLocales }, now) => {
    const content: z.input<typeof shape> = {
      clientId: client?.clientId,
      hint,
      redirectUri: target?.redirectUri,
      state: target?.state,
      uiLocales: [...uiLocales],
      expiresAt: addSeconds(now, lifetimeSeconds).getTime(),
    }
    return sealer.seal(JSON.stringify(content), CONTEXT)
  },

  open: async (sealed, now) => {
    const content = openJson(sealer, shape, sealed, CONTEXT)
    if (!content) return undefined
    const { clientId, hint, redirectUri, state, uiLocales, expiresAt } = content
    if (expiresAt <= now.getTime()) return undefined
    // Registered then; what counts is whether it still is.
    const client = clientId === undefined ? undefined : await findClient(clientId)
    const registered =
      redirectUri === undefined ? undefined : client && findPostLogoutRedirectUri(redirectUri, client)
    return {
      client,
      hint: client &&
        hint && {
          clientId: hint.clientId,
          subject: subjectOfToken(hint.subject),
          sid: hint.sid,
        },
      target: registered && { redirectUri: registered, state },
      uiLocales,
    }
  },
})
