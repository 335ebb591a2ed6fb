import type { EndedSession } from '../storage/stores/sessions.ts'
import type { SidOf } from '../tokens/sid.ts'

/** What is loaded in hidden frames, and the origins that takes. */
export interface FrontChannelLogout {
  readonly frames: readonly string[]
  readonly origins: readonly string[]
}

export interface TellingFrames {
  readonly issuer: string
  readonly sidOf: SidOf
}

/** The host has no character that means something in a policy: a client chose it. */
const ORIGIN = /^https?:\/\/[\w.-]+(:\d+)?$/

/**
 * OIDC Front-Channel Logout §2, §3: the logout URI of each application that the session signed in to, with issuer and
 * session for those that require them. Nothing is read for it: the session has ended, and there is no second time.
 */
export const frontChannelLogout = (
  { issuer, sidOf }: TellingFrames,
  { id, frontChannel }: Pick<EndedSession, 'id' | 'frontChannel'>,
): FrontChannelLogout => {
  const frames = frontChannel
    .filter(({ uri }) => ORIGIN.test(new URL(uri).origin))
    .map(({ client, uri, isSessionRequired }) => {
      if (isSessionRequired !== true) return uri
      const query = new URLSearchParams({ iss: issuer, sid: sidOf(client, id) })
      return `${uri}${uri.includes('?') ? '&' : '?'}${query}`
    })
  return { frames, origins: [...new Set(frames.map((uri) => new URL(uri).origin))] }
}
