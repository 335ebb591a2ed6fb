import { randomBytes } from 'node:crypto'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { IDToken, UserInfoResponse } from 'openid-client'

/** What the application knows of a user who has signed in. Tokens stay here and never reach the browser. */
export interface SignedIn {
  claims: IDToken
  accessToken: string
  refreshToken: string | undefined
  expiresAt: Date
  scope: string
  refreshes: number
  userinfo?: UserInfoResponse | undefined
  /** Shown once on the next page. */
  notice?: string | undefined
}

/** What the answer to a sign-in is checked against. */
export interface Expected {
  readonly nonce: string
  readonly codeVerifier: string
}

export interface Visit {
  /** By state: two tabs may sign in at once. */
  readonly expected: Map<string, Expected>
  readonly signedIn?: SignedIn
}

/** Of more visits than this the oldest are forgotten, and of a visit the oldest sign-ins nobody finished. */
const MAXIMUM_VISITS = 1_000
const MAXIMUM_EXPECTED = 10

/*
 * Sessions, in the memory of this process: enough for an example. A real application keeps them in its database, or
 * in an encrypted cookie, so that they outlive a restart and are the same on all its nodes.
 */
export const createVisits = (cookieName: string) => {
  const visits = new Map<string, Visit>()

  const idOf = ({ headers }: FastifyRequest): string => parseCookie(headers.cookie ?? '')[cookieName] ?? ''

  const setCookie = (reply: FastifyReply, value: string, expires?: Date): void => {
    reply.header(
      'set-cookie',
      stringifySetCookie({
        name: cookieName,
        value,
        path: '/',
        httpOnly: true,
        // Lax, not Strict: the user comes back from the server's pages and must be recognised.
        sameSite: 'lax',
        // Here it is http on this machine. On https add `secure: true` and begin the name with __Host-.
        ...(expires && { expires }),
      }),
    )
  }

  const begin = (reply: FastifyReply, visit: Visit): Visit => {
    const id = randomBytes(32).toString('base64url')
    visits.set(id, visit)
    dropOldest(visits, MAXIMUM_VISITS)
    setCookie(reply, id)
    return visit
  }

  return {
    of: (request: FastifyRequest): Visit | undefined => visits.get(idOf(request)),

    expectAnswer: (request: FastifyRequest, reply: FastifyReply, state: string, expected: Expected): void => {
      const visit = visits.get(idOf(request)) ?? begin(reply, { expected: new Map() })
      visit.expected.set(state, expected)
      dropOldest(visit.expected, MAXIMUM_EXPECTED)
    },

    /** Once only: an answer that comes twice is not expected any more. */
    takeExpected: (request: FastifyRequest, state: string): Expected | undefined => {
      const visit = visits.get(idOf(request))
      const expected = visit?.expected.get(state)
      visit?.expected.delete(state)
      return expected
    },

    signIn: (request: FastifyRequest, reply: FastifyReply, signedIn: SignedIn): void => {
      visits.delete(idOf(request))
      begin(reply, { expected: new Map(), signedIn })
    },

    end: (request: FastifyRequest, reply: FastifyReply): void => {
      visits.delete(idOf(request))
      setCookie(reply, '', new Date(0))
    },
  }
}

/** A Map keeps the order of insertion. */
const dropOldest = (map: Map<string, unknown>, maximum: number): void => {
  for (const key of map.keys()) {
    if (map.size <= maximum) return
    map.delete(key)
  }
}
