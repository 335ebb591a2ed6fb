import type { TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { implicitUrl } from '../support/implicit.ts'
import {
  authorizationUrl,
  credentials,
  introspect,
  post,
  revoke,
  userinfo,
} from '../support/relying-party.ts'
import { type Held, type Own, type Way, wordOf } from './own.ts'

/*
 * The doors at which a right is shown, in an order in which none disturbs the next; matrix.test.ts sees to it that every
 * path of the protocol has one. Each answers in a word.
 */

/** Others, who have nothing to do with what is shown. */
export interface Others {
  /** The operator's own resource server, which may ask about every token. */
  readonly reader: TestApplication
  /** Of another tenant. */
  readonly stranger: TestApplication
}

type Ask = (own: Own, held: Held, way: Way, others: Others) => Promise<string>

const introspection = async (app: TestApp, asking: TestApplication, token: string | undefined) => {
  if (token === undefined) return 'none'
  const { status, body } = await introspect(app, asking, token)
  if (status !== 200) return String(body['error'])
  // RFC 7662 §2.2: nothing else is said of a token that is not active.
  if (body['active'] !== true && Object.keys(body).length > 1)
    throw new Error('an inactive token is described')
  return body['active'] === true ? 'active' : 'inactive'
}

/** What prompt=none is answered in the user's browser. */
const authorizing: Ask = async ({ app, application, browser, scope }, _held, { isImplicit = false }) => {
  const asked = { scope, prompt: 'none' }
  const url = isImplicit ? implicitUrl(app, application, asked) : authorizationUrl(app, application, asked)
  const visited = await browser.get(url)
  if (!visited.left) return `shown ${visited.status}`
  const answer = isImplicit ? new URLSearchParams(visited.url.hash.slice(1)) : visited.url.searchParams
  return answer.get('error') ?? ['code', 'access_token'].find((name) => answer.has(name)) ?? 'nothing'
}

/** What an endpoint says to a client that only shows who it is. */
const askingAt =
  (path: string): Ask =>
  async ({ app, application, scope }, _held, { subject }) => {
    const { status, body } = await post(`${app.issuer}${path}`, {
      ...credentials(application),
      response_type: 'code',
      redirect_uri: application.redirectUri,
      scope: subject === 'user' ? scope : '',
    })
    if (status >= 500) throw new Error(`${path}: ${status}`)
    return status < 300 ? 'accepted' : String(body['error'])
  }

export const doors = {
  'introspection of the access token': {
    path: '/oauth2/introspection',
    ask: ({ app }, { access }, _way, { reader }) => introspection(app, reader, access),
  },
  'introspection of the refresh token': {
    path: '/oauth2/introspection',
    ask: ({ app }, { refresh }, _way, { reader }) => introspection(app, reader, refresh),
  },
  'introspection by another tenant': {
    path: '/oauth2/introspection',
    ask: ({ app }, { access }, _way, { stranger }) => introspection(app, stranger, access),
  },
  userinfo: {
    path: '/oauth2/userinfo',
    ask: async ({ app }, { access }) => {
      const { status, body } = await userinfo(app, access)
      return status === 200 ? 'answered' : String(body['error'])
    },
  },
  authorize: { path: '/oauth2/authorize', ask: authorizing },
  'pushed authorization request': { path: '/oauth2/par', ask: askingAt('/oauth2/par') },
  'device authorization': {
    path: '/oauth2/device_authorization',
    ask: askingAt('/oauth2/device_authorization'),
  },
  'token by another tenant': {
    path: '/oauth2/token',
    ask: async ({ app }, { proof }, { grantType }, { stranger }) =>
      wordOf(
        await post(`${app.issuer}/oauth2/token`, {
          grant_type: grantType,
          ...proof,
          ...credentials(stranger),
        }),
      ),
  },
  'revocation by another tenant': {
    path: '/oauth2/revoke',
    // Whoever it does not belong to is told the same; the doors after this one see that nothing happened.
    ask: async ({ app }, { access, refresh }, _way, { stranger }) => {
      await revoke(app, stranger, refresh ?? access)
      return String((await revoke(app, stranger, access)).status)
    },
  },
  token: {
    path: '/oauth2/token',
    ask: async ({ app, application }, { proof }, { grantType }) =>
      wordOf(
        await post(`${app.issuer}/oauth2/token`, {
          grant_type: grantType,
          ...proof,
          ...credentials(application),
        }),
      ),
  },
  revocation: {
    path: '/oauth2/revoke',
    ask: async ({ app, application }, { access }) => {
      const { status, body } = await revoke(app, application, access)
      return status === 200 ? 'done' : String(body['error'])
    },
  },
} as const satisfies Record<string, { readonly path: string; readonly ask: Ask }>

export type Door = keyof typeof doors
export type Answers = Readonly<Record<Door, string>>
