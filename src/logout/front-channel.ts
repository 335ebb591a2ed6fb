import type { EndedSession } from '../storage/stores/sessions.ts'

/** What is loaded in hidden frames, and the origins that takes. */
export interface FrontChannelLogout {
  readonly frames: readonly string[]
  readonly origins: readonly string[]
}

/** The host has no character that means something in a policy: a client chose it. */
const ORIGIN = /^https?:\/\/[\w.-]+(:\d+)?$/

/**
 * OIDC Front-Channel Logout §2, §3: the logout URI of each application that the session signed in to, with issuer and
 * session for those that require them.
 */
export const frontChannelLogout = (
  { id, frontChannel }: Pick<EndedSession, 'id' | 'frontChannel'>,
  issuer: string,
): FrontChannelLogout => {
  const frames = frontChannel
    .filter(({ uri }) => ORIGIN.test(new URL(uri).origin))
    .map(({ uri, isSessionRequired }) =>
      isSessionRequired === true
        ? `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ iss: issuer, sid: id })}`
        : uri,
    )
  return { frames, origins: [...new Set(frames.map((uri) => new URL(uri).origin))] }
}
