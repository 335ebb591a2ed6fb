import { formRequest, getRequest } from '../http-connection.ts'
import {
  codeFlow,
  credentialsInForm,
  eachOnce,
  everyServer,
  expectBody,
  expectStatus,
  form,
  memberOf,
  type Operation,
  repeated,
  type VirtualUser,
} from './operation.ts'

/** As many as one user can use up in a round, and some. */
const TOKENS = 300

const common = { share: 1, signedIn: false, servers: everyServer, algorithms: ['RS256'] } as const

export const offlineScope = 'openid profile email offline_access'

const introspection = ({ target }: VirtualUser, token: string, hint: string): string =>
  formRequest(
    target.port,
    target.paths.introspection,
    form({ token, token_type_hint: hint, ...credentialsInForm(target.introspectedClient) }),
  )

const newAccessToken = async ({ target, connection }: VirtualUser): Promise<string> => {
  const body = form({ grant_type: 'client_credentials', ...credentialsInForm(target.introspectedClient) })
  return memberOf(await connection.send(formRequest(target.port, target.paths.token, body)), 'access_token')
}

/** What becomes of tokens once they are issued. */
export const tokens: readonly Operation[] = [
  {
    ...common,
    name: 'introspection-access',
    title: 'introspection of an access token',
    algorithms: ['RS256', 'ES256'],
    prepare: async (user) =>
      repeated(
        user.connection,
        introspection(user, await newAccessToken(user), 'access_token'),
        '"active":true',
      ),
  },
  {
    ...common,
    name: 'introspection-refresh',
    title: 'introspection of a refresh token',
    signedIn: true,
    prepare: async (user) => {
      const { offlineClient, port, paths } = user.target
      const answer = await codeFlow(user, offlineClient, offlineScope)()
      const fields = { token: memberOf(answer, 'refresh_token'), token_type_hint: 'refresh_token' }
      const body = form({ ...fields, ...credentialsInForm(offlineClient) })
      return repeated(user.connection, formRequest(port, paths.introspection, body), '"active":true')
    },
  },
  {
    ...common,
    name: 'introspection-unknown',
    title: 'introspection of an unknown token',
    prepare: async (user) =>
      repeated(user.connection, introspection(user, 'x'.repeat(43), 'refresh_token'), '"active":false'),
  },
  {
    ...common,
    name: 'refresh',
    title: 'refresh, with rotation',
    signedIn: true,
    prepare: async (user) => {
      const { connection, target } = user
      const { offlineClient, port, paths } = target
      let token = memberOf(await codeFlow(user, offlineClient, offlineScope)(), 'refresh_token')
      const rest = form({ grant_type: 'refresh_token', ...credentialsInForm(offlineClient) })
      return async () => {
        const body = `refresh_token=${encodeURIComponent(token)}&${rest}`
        const answer = await connection.send(formRequest(port, paths.token, body))
        expectBody(answer, '"access_token":"ey')
        token = memberOf(answer, 'refresh_token')
        return true
      }
    },
  },
  {
    ...common,
    name: 'userinfo',
    title: 'userinfo',
    signedIn: true,
    prepare: async (user) => {
      const { userinfoClient, port, paths } = user.target
      const token = memberOf(await codeFlow(user, userinfoClient)(), 'access_token')
      const request = getRequest(port, paths.userinfo, { authorization: `Bearer ${token}` })
      return repeated(user.connection, request, '"sub":"')
    },
  },
  {
    ...common,
    name: 'revocation',
    title: 'revocation of an access token',
    prepare: async (user) => {
      const { port, paths, introspectedClient } = user.target
      const requests: string[] = []
      while (requests.length < TOKENS) {
        const fields = { token: await newAccessToken(user), token_type_hint: 'access_token' }
        requests.push(
          formRequest(port, paths.revocation, form({ ...fields, ...credentialsInForm(introspectedClient) })),
        )
      }
      return eachOnce(user.connection, requests, (answer) => expectStatus(answer, 200))
    },
  },
]
