import type { Client } from '../clients/client.ts'
import type { EndedSession } from '../storage/stores/sessions.ts'
import type { SidOf } from '../tokens/sid.ts'

/** What is loaded in hidden frames, and the origins that takes. */
export interface FrontChannelLogout {
  readonly frames: readonly string[]
  readonly origins: readonly string[]
}

export interface TellingFrames {
  readonly issuer: string
  readonly findClient: (clientId: string) => Promise<Client | undefined>
  readonly sidOf: SidOf
}

/** The host has no character that means something in a policy: a client chose it. */
const ORIGIN = /^https?:\/\/[\w.-]+(:\d+)?$/

/**
 * OIDC Front-Channel Logout §2, §3: the logout URI of each application that the session signed in to, with issuer and
 * session for those that require them.
 */
export const frontChannelLogout = async (
  { issuer, findClient, sidOf }: TellingFrames,
  { id, frontChannel }: Pick<EndedSession, 'id' | 'frontChannel'>,
): Promise<FrontChannelLogout> => {
  const frames = await Promise.all(
    frontChannel
      .filter(({ uri }) => ORIGIN.test(new URL(uri).origin))
      .map(async ({ clientId, uri, isSessionRequired }) => {
        if (isSessionRequired !== true) return uri
        const client = await findClient(clientId)
        // Deleted meanwhile: there is nobody to tell.
        if (client === undefined) return undefined
        const query = new URLSearchParams({ iss: issuer, sid: sidOf(client, id) })
        return `${uri}${uri.includes('?') ? '&' : '?'}${query}`
      }),
  )
  const loaded = frames.filter((uri) => uri !== undefined)
  return { frames: loaded, origins: [...new Set(loaded.map((uri) => new URL(uri).origin))] }
}
