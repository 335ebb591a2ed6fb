import { type Management, managementOf } from '../support/management.ts'
import type { Person } from './screens.ts'

/* What an operator sets up before a certification run, all of it by the management API. */

const person: Person = { email: 'ada@example.com', password: 'correct horse battery staple' }

/** OIDC Core §5.1: the suite misses any standard claim that the user does not hold. */
const claims = {
  middle_name: 'King',
  nickname: 'Ada',
  preferred_username: 'ada',
  profile: 'https://people.example.com/ada',
  picture: 'https://people.example.com/ada.png',
  website: 'https://ada.example.com',
  gender: 'female',
  birthdate: '1990-12-10',
  zoneinfo: 'Europe/London',
  phone_number: '+442079460000',
  phone_number_verified: true,
  address: {
    formatted: '12 St James Square\nLondon SW1Y 4JH',
    street_address: '12 St James Square',
    locality: 'London',
    postal_code: 'SW1Y 4JH',
    country: 'United Kingdom',
  },
}

export interface RegisteredClient {
  readonly client_id: string
  readonly client_secret: string
}

export interface Operator {
  readonly person: Person
  /** What the person has agreed to with the clients registered here: whoever is to deny has to be asked. */
  forgetConsents(): Promise<void>
  /** Publishes a signing key that was not there before. */
  rotateSigningKey(): Promise<void>
  /** Sets everything back that this operator has set. */
  leave(): Promise<void>
  /** A client with the redirection URIs that the suite has for an alias. */
  register(
    alias: string,
    setUp?: {
      readonly metadata?: object | undefined
      readonly jwks?: object
      readonly isThirdParty?: boolean
    },
  ): Promise<RegisteredClient>
}

/** As the management API has them. */
export type OperatorSettings = Readonly<Record<string, unknown>>

const SETTINGS = '/latchkey/v1/settings'

/** @param settings what the plan needs. */
export const createOperator = async (
  issuer: string,
  suite: string,
  apiKey: string,
  settings: OperatorSettings = {},
): Promise<Operator> => {
  const management = managementOf(issuer, apiKey)
  // OIDC Core §5.4: where there is an access token, scopes ask for claims of userinfo.
  const ours = { id_token_claims: 'by_name', ...settings }
  const before = await made(management.get(SETTINGS))
  const wereSet = before['set'] as readonly string[]
  await made(management.patch(SETTINGS, ours))
  const personId = await seePerson(management)
  const registered: string[] = []
  const owner = idOf(await made(management.post('/organizations', { name: 'Conformance' })))

  return {
    person,
    rotateSigningKey: async () => {
      // A run before this one may have a successor on its way already, for a quarter of an hour.
      for (const algorithm of ['RS256', 'PS256', 'ES256']) {
        const rotated = await made(management.post('/latchkey/v1/signing_keys/rotate', { algorithm }))
        if (rotated['outcome'] !== 'pending') return
      }
      throw new Error('Every signing key has a successor on its way: wait a quarter of an hour.')
    },
    leave: async () => {
      // Null takes a setting back.
      const former = Object.keys(ours).map((name) => [name, wereSet.includes(name) ? before[name] : null])
      await made(management.patch(SETTINGS, Object.fromEntries(former)))
    },
    forgetConsents: async () => {
      // 404: it has not been agreed to yet.
      const path = `/user_management/users/${personId}/authorized_applications`
      for (const id of registered) await management.delete(`${path}/${id}`)
    },
    register: async (alias, { metadata, jwks, isThirdParty = false } = {}) => {
      const callback = `${suite}/test/a/${alias}/callback`
      const application = await made(
        management.post('/connect/applications', {
          name: `Conformance ${alias}`,
          application_type: 'oauth',
          is_first_party: !isThirdParty,
          ...(isThirdParty && { organization_id: owner }),
          redirect_uris: [{ uri: callback }, { uri: `${callback}?dummy1=lorem&dummy2=ipsum` }],
        }),
      )
      const id = idOf(application)
      registered.push(id)
      const secret = await made(management.post(`/connect/applications/${id}/client_secrets`, {}))
      if (jwks) await made(management.put(`/latchkey/v1/applications/${id}/keys`, { jwks }))
      if (metadata) await made(management.put(`/latchkey/v1/applications/${id}/client_metadata`, metadata))
      return { client_id: String(application['client_id']), client_secret: String(secret['secret']) }
    },
  }
}

/** Once a server. */
const seePerson = async (management: Management): Promise<string> => {
  const { email, password } = person
  const found = await made(management.get(`/user_management/users?email=${encodeURIComponent(email)}`))
  const [known] = found['data'] as { id: string }[]
  const names = { first_name: 'Ada', last_name: 'Lovelace', name: 'Ada Lovelace' }
  const id =
    known?.id ??
    idOf(
      await made(
        management.post('/user_management/users', { email, password, email_verified: true, ...names }),
      ),
    )
  await made(management.put(`/user_management/users/${id}`, { locale: 'en-GB' }))
  await made(management.put(`/latchkey/v1/users/${id}/claims`, claims))
  return id
}

const made = async (answer: ReturnType<Management['get']>): Promise<Record<string, unknown>> => {
  const { status, body } = await answer
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body as Record<string, unknown>
}

const idOf = ({ id }: Record<string, unknown>): string => String(id)
