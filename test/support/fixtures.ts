import { createApiKey } from '../../src/api-keys/api-key.ts'
import type { Client } from '../../src/clients/client.ts'
import { issueCredential } from '../../src/clients/credentials.ts'
import { type NewApplication, registerApplication } from '../../src/clients/registration.ts'
import { actingAs } from '../../src/events/record.ts'
import { setOperator } from '../../src/operators/operator.ts'
import { addMember } from '../../src/organizations/membership.ts'
import { createOrganization } from '../../src/organizations/organization.ts'
import { createPermission } from '../../src/permissions/permission.ts'
import type {
  ApplicationId,
  ClientId,
  CredentialId,
  OrganizationId,
  UserId,
} from '../../src/protocol/identifiers.ts'
import type { OperatorRole } from '../../src/protocol/operator-role.ts'
import type { Stores } from '../../src/storage/index.ts'
import type { Transaction } from '../../src/storage/transaction.ts'
import type { Clock } from '../../src/system/clock.ts'
import type { Random } from '../../src/system/random.ts'
import { createUser } from '../../src/users/create-user.ts'
import { newPasswordHash } from '../../src/users/password.ts'
import { quickHasher } from './quick-hasher.ts'

export interface TestUser {
  readonly id: UserId
  readonly email: string
  readonly password: string
}

export interface TestApplication {
  readonly id: ApplicationId
  readonly clientId: ClientId
  /** Empty for a public client. */
  readonly clientSecret: string
  readonly credentialId: CredentialId | undefined
  readonly redirectUri: string
}

export interface ApplicationOptions {
  readonly name?: string
  readonly scopes?: readonly string[]
  readonly redirectUris?: readonly string[]
  readonly isPublic?: boolean
  readonly requirePkce?: boolean
}

/** Where test applications are sent back to; nobody listens there. */
export const REDIRECT_URI = 'https://app.example.com/callback'

const passwordHasher = quickHasher()

export type Fixtures = ReturnType<typeof fixturesOn>

/** Makes what tests need, and names what they do not care about. */
export const fixturesOn = ({
  transaction,
  clock,
  random,
}: {
  readonly transaction: Transaction
  readonly clock: Clock
  readonly random: Random
}) => {
  let count = 0
  const acting = (stores: Stores) => actingAs({ type: 'operator' }, { stores, now: clock.now(), random })

  const organization = async (name = `Organization ${++count}`): Promise<OrganizationId> => {
    const created = await transaction((stores) => createOrganization(acting(stores), { name }))
    return expected(created, 'created').organization.id
  }

  const member = async (userId: UserId, organizationId: OrganizationId): Promise<void> => {
    expected(await transaction((stores) => addMember(acting(stores), { userId, organizationId })), 'added')
  }

  const user = async ({
    email = `user${++count}@example.com`,
    password = 'correct horse battery staple',
    firstName = 'Ada',
    lastName = 'Lovelace',
    organizations = [],
  }: {
    readonly email?: string
    readonly password?: string
    readonly firstName?: string
    readonly lastName?: string
    readonly organizations?: readonly OrganizationId[]
  } = {}): Promise<TestUser> => {
    const hashed = await newPasswordHash(passwordHasher, password, email)
    if ('problem' in hashed) throw new Error(`No user: ${hashed.problem}`)
    const created = await transaction((stores) =>
      createUser(acting(stores), {
        email,
        firstName,
        lastName,
        emailVerified: true,
        passwordHash: hashed.passwordHash,
      }),
    )
    const { id } = expected(created, 'created').user
    for (const organizationId of organizations) await member(id, organizationId)
    return { id, email, password }
  }

  const permission = async (slug: string, name = slug, description: string | null = null): Promise<void> => {
    const created = await transaction((stores) =>
      createPermission(acting(stores), { slug, name, description }),
    )
    expected(created, 'created')
  }

  /** The value of a key that opens the management API. */
  const apiKey = async (permissions: readonly string[] = ['*']): Promise<string> =>
    expected(
      await transaction((stores) => createApiKey(acting(stores), { name: 'Test', permissions })),
      'created',
    ).value

  const credential = async (application: Pick<Client, 'id' | 'clientId' | 'isPublic' | 'organizationId'>) => {
    const issued = expected(
      await transaction((stores) => issueCredential(acting(stores), application)),
      'issued',
    )
    return { credentialId: issued.credential.id, clientSecret: issued.secret }
  }

  /** Somebody who may do at the dashboard what that role may. */
  const operator = async (role: OperatorRole, who: Parameters<typeof user>[0] = {}): Promise<TestUser> => {
    const one = await user(who)
    expected(await transaction((stores) => setOperator(acting(stores), one.id, role)), 'changed')
    return one
  }

  const register = async (
    application: DistributiveOmit<NewApplication, 'name'> & { readonly name?: string | undefined },
  ): Promise<TestApplication> => {
    const registered = await transaction((stores) =>
      registerApplication(acting(stores), {
        ...application,
        name: application.name ?? `Application ${++count}`,
      }),
    )
    const { client } = expected(registered, 'registered')
    const secret = client.isPublic ? { credentialId: undefined, clientSecret: '' } : await credential(client)
    return {
      id: client.id,
      clientId: client.clientId,
      redirectUri: client.redirectUris[0]?.uri ?? '',
      ...secret,
    }
  }

  const oauth = (options: ApplicationOptions) =>
    ({
      ...options,
      type: 'oauth',
      redirectUris: (options.redirectUris ?? [REDIRECT_URI]).map((uri) => ({ uri })),
    }) as const

  return {
    organization,
    user,
    member,
    operator,
    permission,
    apiKey,
    credential,
    firstParty: (options: ApplicationOptions = {}) => register({ ...oauth(options), isFirstParty: true }),
    thirdParty: (organizationId: OrganizationId, options: ApplicationOptions = {}) =>
      register({ ...oauth(options), isFirstParty: false, organizationId }),
    m2m: (organizationId: OrganizationId, options: Pick<ApplicationOptions, 'name' | 'scopes'> = {}) =>
      register({ ...options, type: 'm2m', organizationId }),
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** What should not have been refused. */
const expected = <R extends { readonly outcome: string }, O extends R['outcome']>(
  result: R,
  outcome: O,
): Extract<R, { readonly outcome: O }> => {
  if (result.outcome !== outcome) throw new Error(`Refused: ${JSON.stringify(result)}`)
  return result as Extract<R, { readonly outcome: O }>
}
