import { signInThroughPages } from '../browser.ts'
import { redirectUri, userEmail, userPassword } from '../fixtures.ts'
import { formRequest } from '../http-connection.ts'
import {
  authorizationFields,
  authorizationUrl,
  codeFlow,
  credentialsInForm,
  everyServer,
  expectBody,
  form,
  type Operation,
} from './operation.ts'

const common = { share: 1, servers: everyServer, algorithms: ['RS256'] } as const

/** What leads to a code. */
export const authorization: readonly Operation[] = [
  {
    ...common,
    name: 'code-flow',
    title: 'authorization code flow, signed in',
    signedIn: true,
    prepare: async (user) => {
      const flow = codeFlow(user, user.target.webClient)
      return async () => {
        const answer = await flow()
        expectBody(answer, '"access_token":"ey')
        expectBody(answer, '"id_token":"ey')
        return true
      }
    },
  },
  {
    ...common,
    name: 'code-flow-password',
    title: 'authorization code flow, with password',
    signedIn: false,
    // The sample login of oidc-provider looks at no password.
    servers: ['latchkey', 'bare'],
    // More would wait for the processor alone: a password is hashed for a tenth of a second.
    concurrency: 4,
    prepare: async ({ target, index }) => {
      const { issuer, paths, webClient } = target
      const start = issuer + authorizationUrl(paths.authorization, webClient.id)
      const answers = { email: userEmail(index), password: userPassword, decision: 'allow' }
      return async () => {
        await signInThroughPages({ start, redirectUri, answers })
        return true
      }
    },
  },
  {
    ...common,
    name: 'par',
    title: 'pushed authorization request',
    signedIn: false,
    prepare: async ({ target, connection }) => {
      const { port, paths, webClient } = target
      const body = form({ ...authorizationFields(webClient.id), ...credentialsInForm(webClient) })
      const request = formRequest(port, paths.pushedAuthorizationRequest, body)
      return async () => {
        expectBody(await connection.send(request), '"request_uri":"urn:', 201)
        return true
      }
    },
  },
]
