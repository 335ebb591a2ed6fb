import { parseCookie, stringifySetCookie } from 'cookie'
import { KNOWN_BROWSER_SECONDS } from '../authenticators/known-browser.ts'
import type { SessionId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import { addSeconds } from '../system/clock.ts'
import { hmacSha256, sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'

/*
 * Who is at the other end of a page. Two cookies: one that only tells browsers apart (pending requests and forms are
 * bound to it; it outlasts sessions, so that attempts to sign in know the browser again) and one with the session. Names of our own, since on localhost all applications share one jar.
 */

/** A browser, and who is signed in with it. */
export interface BrowserContext {
  /** What pending requests are sealed for: a hash, so that a sealed request does not hold the cookie. */
  readonly browser: string
  readonly session: LiveSession | undefined
  /** Proves that a form was made for this browser and session (OWASP: signed double submit). */
  readonly csrfToken: string
  /** Set-Cookie for a browser that has not been here before. */
  readonly setCookies: readonly string[]
}

export interface BrowserContexts {
  current(cookieHeader: string | undefined, now: Date): Promise<BrowserContext>
  sessionCookie(token: string, expiresAt: Date): string
  clearedSessionCookie(): string
}

/** How precisely it is known when a browser was last here: a page is opened oftener than anybody wants to know. */
const NOTED_AGAIN_SECONDS = 300

const isUseOfNote = ({ lastUsedAt, authenticatedAt }: LiveSession, now: Date): boolean =>
  now >= addSeconds(lastUsedAt ?? authenticatedAt, NOTED_AGAIN_SECONDS)

const HANDLE = /^[A-Za-z0-9_-]{43}$/

export const createBrowserContexts = ({
  stores,
  random,
  csrfKey,
  secure,
  sessionUsed,
}: {
  readonly stores: Pick<Stores, 'sessions'>
  readonly random: Random
  readonly csrfKey: Uint8Array
  /** The issuer is https. */
  readonly secure: boolean
  /** Its browser is here. */
  readonly sessionUsed: (id: SessionId, now: Date) => void
}): BrowserContexts => {
  // RFC 6265bis §4.1.3.2: __Host- keeps other hosts of the same site from planting a cookie of ours.
  const prefix = secure ? '__Host-' : ''
  const browserName = `${prefix}latchkey_browser`
  const sessionName = `${prefix}latchkey_session`

  const setCookie = (name: string, value: string, lasts: { expires?: Date; maxAge?: number }) =>
    // Lax, not Strict: the user comes from the application, and is to be known on arrival.
    stringifySetCookie({
      name,
      value,
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure,
      ...lasts,
    })

  return {
    current: async (cookieHeader, now) => {
      const cookies = parseCookie(cookieHeader ?? '')
      const handleOf = (name: string) => {
        const value = cookies[name]
        return value !== undefined && HANDLE.test(value) ? value : undefined
      }
      const known = handleOf(browserName)
      const handle = known ?? newHandle(random)
      const token = handleOf(sessionName)
      const session = token === undefined ? undefined : await stores.sessions.liveByToken(sha256(token), now)
      if (session && isUseOfNote(session, now)) sessionUsed(session.id, now)
      return {
        browser: sha256(handle),
        session,
        csrfToken: hmacSha256(csrfKey, `${handle}.${session?.id ?? ''}`),
        setCookies:
          known === undefined ? [setCookie(browserName, handle, { maxAge: KNOWN_BROWSER_SECONDS })] : [],
      }
    },
    sessionCookie: (token, expiresAt) => setCookie(sessionName, token, { expires: expiresAt }),
    clearedSessionCookie: () => setCookie(sessionName, '', { expires: new Date(0) }),
  }
}
