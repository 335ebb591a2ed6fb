import type { TrialRequest } from '../../authorization/trial-request.ts'
import { paths } from '../../protocol/paths.ts'
import { sha256 } from '../../system/hash.ts'
import {
  type Answered,
  type Credentials,
  type Exchange,
  objectIn,
  requestText,
  type Send,
} from './exchange.ts'

/*
 * The steps of a flow that is tried, in order. The last takes back what it got: nothing that works is left behind.
 */

/** The parameters that the browser is sent to the authorization endpoint with. RFC 6749 §4.1.1, RFC 7636 §4.3 */
export const authorizationParameters = (
  { clientId, scope, nonce, codeVerifier, prompt }: TrialRequest,
  { redirectUri, state }: { readonly redirectUri: string; readonly state: string },
): URLSearchParams =>
  new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    ...(scope !== '' && { scope }),
    state,
    nonce,
    code_challenge: sha256(codeVerifier),
    code_challenge_method: 'S256',
    ...(prompt && { prompt }),
  })

/** What the browser came back with: in the query, or signed in one of its parameters (JARM §2.3.1). */
export const answerIn = (query: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => {
  const { response } = query
  const [, claims = ''] = typeof response === 'string' ? response.split('.') : []
  const answer = objectIn(Buffer.from(claims, 'base64url').toString('utf8')) ?? query
  return Object.fromEntries(
    ['code', 'state', 'iss', 'error', 'error_description'].flatMap((name) => {
      const value = answer[name]
      return typeof value === 'string' ? [[name, value] as const] : []
    }),
  )
}

export const askedAndAnswered = (
  issuer: string,
  parameters: URLSearchParams,
  redirectUri: string,
  answer: Readonly<Record<string, string>>,
): readonly Exchange[] => [
  {
    title: 'Authorization request',
    about:
      'The browser was sent to the authorization endpoint, where people sign in and agree. Here the state holds this try, sealed.',
    request: requestText(`GET ${issuer}${paths.authorize}`, {}, parameters),
    tokens: [],
  },
  {
    title: 'Authorization response',
    about:
      answer['error'] === undefined
        ? 'It came back with a code, which holds for a minute and is good once, together with the verifier that only the one who asked knows.'
        : 'It came back with an error.',
    request: requestText(`GET ${redirectUri}`, {}, Object.entries(answer)),
    tokens: [],
  },
]

/** The code becomes tokens, which say who it was, and are taken back. */
export const redeemTrial = async (
  send: Send,
  by: Credentials,
  {
    code,
    redirectUri,
    trial,
  }: { readonly code: string; readonly redirectUri: string; readonly trial: TrialRequest },
): Promise<readonly Exchange[]> => {
  const got = await send({
    title: 'Token request',
    about:
      'The application redeems the code. Each token is taken apart below; their signatures are left out.',
    path: paths.token,
    form: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: trial.codeVerifier,
    },
    by,
  })
  const accessToken = textIn(got, 'access_token')
  if (accessToken === undefined) return [got.exchange]
  const isOpenId = (textIn(got, 'scope') ?? trial.scope).split(' ').includes('openid')
  const about = 'Who signed in, as of now: what the ID token says may be older.'
  const userinfo = isOpenId
    ? [(await send({ title: 'Userinfo request', about, path: paths.userinfo, accessToken })).exchange]
    : []
  return [got.exchange, ...userinfo, await takenBack(send, by, textIn(got, 'refresh_token') ?? accessToken)]
}

/** A program's own token: got, asked about, taken back. */
export const tryCredentials = async (
  send: Send,
  by: Credentials,
  scope: string | undefined,
): Promise<readonly Exchange[]> => {
  const got = await send({
    title: 'Token request',
    about:
      'The program asks for a token with its secret. The token is taken apart below; its signature is left out.',
    path: paths.token,
    form: { grant_type: 'client_credentials', ...(scope !== undefined && { scope }) },
    by,
  })
  const accessToken = textIn(got, 'access_token')
  if (accessToken === undefined) return [got.exchange]
  const asked = await send({
    title: 'Introspection request',
    about: 'What an API hears that asks about the token instead of verifying it.',
    path: paths.introspection,
    form: { token: accessToken },
    by,
  })
  return [got.exchange, asked.exchange, await takenBack(send, by, accessToken)]
}

const takenBack = async (send: Send, by: Credentials, token: string): Promise<Exchange> =>
  (
    await send({
      title: 'Revocation request',
      about: 'The try is over, and so is what it got.',
      path: paths.revocation,
      form: { token },
      by,
    })
  ).exchange

const textIn = ({ body }: Answered, name: string): string | undefined => {
  const value = body[name]
  return typeof value === 'string' ? value : undefined
}
