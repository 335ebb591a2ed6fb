import type { UserId } from '../../src/protocol/identifiers.ts'
import type { TestUser } from '../support/fixtures.ts'
import { type Management, managementOf } from '../support/management.ts'
import type { Server } from './server.ts'

/* What an operator sets up before the programs run, all of it by the management API. */

/** Nobody listens there: the person who is played here tells the program where they were sent. */
const REDIRECT_URI = 'https://app.example.com/callback'
const POST_LOGOUT_REDIRECT_URI = 'https://app.example.com/signed-out'

const PERMISSION = 'reports:read'

/** The environment of a program: all that it is told. */
export type Settings = Readonly<Record<string, string>>

export interface Operator {
  /** Who signs in. */
  readonly person: TestUser
  /** For one language: an application that signs people in, a program that acts for itself, a device. */
  applicationsFor(language: string): Promise<Settings>
}

export const operatorOf = async (server: Server): Promise<Operator> => {
  const management = managementOf(server.issuer, server.apiKey)
  const account = { email: 'ada@example.com', password: 'correct horse battery staple' }
  const names = { first_name: 'Ada', last_name: 'Lovelace' }
  const { id } = await made(
    management.post('/user_management/users', { ...account, ...names, email_verified: true }),
  )
  await made(management.post('/authorization/permissions', { slug: PERMISSION, name: 'Read reports' }))
  return {
    person: { id: id as UserId, ...account },
    applicationsFor: async (language) => ({
      ISSUER: server.issuer,
      AUDIENCE: server.environmentClientId,
      EMAIL: account.email,
      ...(await relyingParty(language, management)),
      ...(await machine(language, management)),
      ...(await device(language, management)),
    }),
  }
}

const relyingParty = async (language: string, management: Management): Promise<Settings> => {
  const application = await made(
    management.post('/connect/applications', {
      name: `Interop ${language}`,
      application_type: 'oauth',
      is_first_party: true,
      redirect_uris: [{ uri: REDIRECT_URI }],
    }),
  )
  await made(
    management.put(`/latchkey/v1/applications/${application['id']}/client_metadata`, {
      post_logout_redirect_uris: [POST_LOGOUT_REDIRECT_URI],
    }),
  )
  return {
    CLIENT_ID: String(application['client_id']),
    CLIENT_SECRET: await newSecret(management, application),
    REDIRECT_URI,
    POST_LOGOUT_REDIRECT_URI,
  }
}

const machine = async (language: string, management: Management): Promise<Settings> => {
  const organization = await made(management.post('/organizations', { name: `Interop ${language}` }))
  const application = await made(
    management.post('/connect/applications', {
      name: `Interop ${language}, by itself`,
      application_type: 'm2m',
      organization_id: organization['id'],
      scopes: [PERMISSION],
    }),
  )
  return {
    MACHINE_CLIENT_ID: String(application['client_id']),
    MACHINE_CLIENT_SECRET: await newSecret(management, application),
    MACHINE_SCOPE: PERMISSION,
  }
}

/** RFC 8252 §8.4: what is given to people keeps no secret. */
const device = async (language: string, management: Management): Promise<Settings> => {
  const application = await made(
    management.post('/connect/applications', {
      name: `Interop ${language}, on a device`,
      application_type: 'oauth',
      is_first_party: true,
      uses_pkce: true,
      redirect_uris: [{ uri: REDIRECT_URI }],
    }),
  )
  return { DEVICE_CLIENT_ID: String(application['client_id']) }
}

const newSecret = async (management: Management, { id }: Record<string, unknown>): Promise<string> =>
  String((await made(management.post(`/connect/applications/${id}/client_secrets`, {})))['secret'])

const made = async (answer: ReturnType<Management['get']>): Promise<Record<string, unknown>> => {
  const { status, body } = await answer
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body as Record<string, unknown>
}
