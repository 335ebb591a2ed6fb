import { clientAssertions } from '../client-assertions.ts'
import { basic, formRequest } from '../http-connection.ts'
import {
  credentialsInForm,
  eachOnce,
  everyServer,
  expectBody,
  form,
  type Operation,
  repeated,
} from './operation.ts'

/** As many as one user can use up in a round, and some. */
const ASSERTIONS = 400

const common = {
  share: 1,
  signedIn: false,
  servers: everyServer,
  algorithms: ['RS256', 'ES256'],
} as const

const grant = { grant_type: 'client_credentials' }
const ISSUED = '"access_token":"ey'

export const clientCredentials: readonly Operation[] = [
  {
    ...common,
    name: 'client-credentials-post',
    title: 'client credentials, secret in form',
    prepare: async ({ target, connection }) => {
      const body = form({ ...grant, ...credentialsInForm(target.machineClient) })
      return repeated(connection, formRequest(target.port, target.paths.token, body), ISSUED)
    },
  },
  {
    ...common,
    name: 'client-credentials-basic',
    title: 'client credentials, secret by Basic',
    prepare: async ({ target, connection }) => {
      const { id, secret } = target.machineClient
      const request = formRequest(target.port, target.paths.token, form(grant), basic(id, secret))
      return repeated(connection, request, ISSUED)
    },
  },
  {
    ...common,
    name: 'client-credentials-key',
    title: 'client credentials, private_key_jwt (ES256)',
    prepare: async ({ target, connection }) => {
      const { port, paths, keyClient, issuer } = target
      const assertions = await clientAssertions(keyClient, issuer, ASSERTIONS)
      const requests = assertions.map((assertion) =>
        formRequest(
          port,
          paths.token,
          form({
            ...grant,
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: assertion,
          }),
        ),
      )
      return eachOnce(connection, requests, (answer) => expectBody(answer, ISSUED))
    },
  },
]
