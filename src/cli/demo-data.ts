import { DEFAULT_SCOPE } from '../../examples/relying-party/relying-party.ts'
import { createApiKey, revokeApiKey } from '../api-keys/api-key.ts'
import type { Client } from '../clients/client.ts'
import { deleteCredential, issueCredential } from '../clients/credentials.ts'
import { deleteApplication, type NewApplication, registerApplication } from '../clients/registration.ts'
import type { Dependencies } from '../dependencies.ts'
import { changeSettings, readSettings } from '../environment/change-settings.ts'
import { type Acting, actingAs } from '../events/record.ts'
import { setOperator } from '../operators/operator.ts'
import { addMember } from '../organizations/membership.ts'
import { createOrganization } from '../organizations/organization.ts'
import { createPermission } from '../permissions/permission.ts'
import type { ClientId, CredentialId, OrganizationId, UserId } from '../protocol/identifiers.ts'
import { EVERYTHING } from '../protocol/management-permission.ts'
import type { Settings } from '../protocol/settings.ts'
import type { Stores } from '../storage/index.ts'
import { createUser } from '../users/create-user.ts'
import { newPasswordHash, type PasswordHash } from '../users/password.ts'

/*
 * The people, organizations and applications of the demo. Made once; whoever starts it again finds what is there, but
 * for the client secrets and the API key: only their hashes are kept, so each start makes new ones.
 */

/** Of everybody in the demo. */
export const DEMO_PASSWORD = 'latchkey-demo'

export interface DemoCredential {
  readonly id: CredentialId
  readonly clientId: ClientId
  readonly clientSecret: string
}

export interface DemoData {
  /** The value of a key that opens the management API. */
  readonly apiKey: string
  readonly forum: DemoCredential
  readonly insights: DemoCredential
  readonly nightlyExport: DemoCredential
}

export const names = {
  forum: 'Acme Forum',
  insights: 'Globex Insights',
  nightlyExport: 'Acme Nightly Export',
} as const

const API_KEY_NAME = 'Demo'

/** What the third-party application asks for. */
export const INSIGHTS_SCOPE = `${DEFAULT_SCOPE} reports:read`

const permissions = [
  { slug: 'reports:read', name: 'Read reports', description: 'See the reports of your organization.' },
  {
    slug: 'reports:write',
    name: 'Write reports',
    description: 'Create, change and delete reports of your organization.',
  },
] as const

const people = [
  { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', organizations: ['acme'] },
  { email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper', organizations: ['acme', 'globex'] },
] as const

/** Of these, whoever may use the dashboard. */
export const OPERATOR = people[0].email

export const prepareDemoData = async (
  { management: { configured, environment }, transaction, clock, random, passwordHasher }: Dependencies,
  addresses: { readonly forum: string; readonly insights: string },
): Promise<DemoData> => {
  // Slow by design, so before the transaction.
  const hashes = await Promise.all(
    people.map(async ({ email }) => {
      const hashed = await newPasswordHash(passwordHasher, DEMO_PASSWORD, email)
      if ('problem' in hashed) throw new Error(`The password of the demo is ${hashed.problem}.`)
      return hashed.passwordHash
    }),
  )
  const data = await transaction(async (stores) => {
    const acting = actingAs({ type: 'operator' }, { stores, now: clock.now(), random })
    await offerSignUp(acting, configured)
    const organizations = {
      acme: await organization(acting, 'Acme', 'acme'),
      globex: await organization(acting, 'Globex', 'globex'),
    }
    // Refused if they are there already, which is as good.
    for (const permission of permissions) await createPermission(acting, permission)
    for (const [index, person] of people.entries()) {
      const userId = await user(acting, person, hashes[index])
      // Ada looks after the server; refused only if she were deleted meanwhile.
      if (person.email === OPERATOR) await setOperator(acting, userId, 'owner')
      for (const name of person.organizations) {
        // Refused if they are a member already, which is as good.
        await addMember(acting, { userId, organizationId: organizations[name] })
      }
    }
    return {
      apiKey: await apiKey(acting),
      forum: await credential(acting, null, {
        type: 'oauth',
        name: names.forum,
        isFirstParty: true,
        redirectUris: [{ uri: `${addresses.forum}/callback` }],
      }),
      insights: await credential(acting, organizations.globex, {
        type: 'oauth',
        name: names.insights,
        isFirstParty: false,
        organizationId: organizations.globex,
        scopes: ['reports:read'],
        redirectUris: [{ uri: `${addresses.insights}/callback` }],
      }),
      nightlyExport: await credential(acting, organizations.acme, {
        type: 'm2m',
        name: names.nightlyExport,
        organizationId: organizations.acme,
        scopes: permissions.map(({ slug }) => slug),
      }),
    }
  })
  // The applications look at once what there is.
  environment.invalidate()
  return data
}

/** Whoever tries it out can come as somebody new; unless they have said otherwise. */
const offerSignUp = async (acting: Acting<Stores>, configured: Settings): Promise<void> => {
  const { set } = await readSettings(acting.stores, configured)
  if (!set.includes('sign_up')) done(await changeSettings(acting, configured, { sign_up: true }), 'changed')
}

/** A fresh key with all rights; those of former starts are revoked. */
const apiKey = async (acting: Acting<Stores>): Promise<string> => {
  const former = await acting.stores.apiKeys.page({ limit: 100, order: 'desc' })
  const { value } = done(
    await createApiKey(acting, { name: API_KEY_NAME, permissions: [EVERYTHING] }),
    'created',
  )
  for (const { id, name } of former.rows) if (name === API_KEY_NAME) await revokeApiKey(acting, id)
  return value
}

const organization = async (
  acting: Acting<Stores>,
  name: string,
  externalId: string,
): Promise<OrganizationId> => {
  const known = await acting.stores.organizations.byExternalId(externalId)
  return known?.id ?? done(await createOrganization(acting, { name, externalId }), 'created').organization.id
}

const user = async (
  acting: Acting<Stores>,
  { email, firstName, lastName }: (typeof people)[number],
  passwordHash: PasswordHash | undefined,
): Promise<UserId> => {
  const known = await acting.stores.users.byNormalizedEmail(email)
  if (known) return known.id
  const given = { email, firstName, lastName, emailVerified: true, passwordHash }
  return done(await createUser(acting, given), 'created').user.id
}

/** A fresh secret of the application; those of former starts are deleted. */
const credential = async (
  acting: Acting<Stores>,
  organizationId: OrganizationId | null,
  wanted: NewApplication,
): Promise<DemoCredential> => {
  const client = await application(acting, organizationId, wanted)
  for (const { id } of client.credentials) await deleteCredential(acting, id)
  const issued = done(await issueCredential(acting, client), 'issued')
  return { id: issued.credential.id, clientId: client.clientId, clientSecret: issued.secret }
}

const application = async (
  acting: Acting<Stores>,
  organizationId: OrganizationId | null,
  wanted: NewApplication,
): Promise<Client> => {
  const known = (await acting.stores.clients.ofOrganization(organizationId)).find(
    ({ name }) => name === wanted.name,
  )
  if (known) {
    const uris = wanted.type === 'oauth' ? (wanted.redirectUris ?? []) : []
    if (uris.every(({ uri }) => known.redirectUris.some((registered) => registered.uri === uri))) return known
    // The former start was on other ports, so the application has moved.
    await deleteApplication(acting, known)
  }
  return done(await registerApplication(acting, wanted), 'registered').client
}

const done = <R extends { readonly outcome: string }, O extends R['outcome']>(
  result: R,
  outcome: O,
): Extract<R, { readonly outcome: O }> => {
  if (result.outcome !== outcome) throw new Error(`The demo data were refused: ${JSON.stringify(result)}`)
  return result as Extract<R, { readonly outcome: O }>
}
