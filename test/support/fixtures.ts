import type { Client } from '../../src/clients/client.ts'
import { issueCredential } from '../../src/clients/credentials.ts'
import { actingAs } from '../../src/events/record.ts'
import {
  type ApplicationId,
  type ClientId,
  type CredentialId,
  newIdentifier,
  type OrganizationId,
  type UserId,
} from '../../src/protocol/identifiers.ts'
import type { Stores } from '../../src/storage/index.ts'
import type { Transaction } from '../../src/storage/transaction.ts'
import type { Clock } from '../../src/system/clock.ts'
import { createPasswordHasher } from '../../src/system/password-hash.ts'
import type { Random } from '../../src/system/random.ts'

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

const passwordHasher = createPasswordHasher({ concurrent: 2, waiting: 1000 })
const passwordHashes = new Map<string, Promise<string>>()
/** Hashing takes 20 ms by design; the same password need not be hashed for every test. */
const hashOnce = (password: string): Promise<string> => {
  const hash = passwordHashes.get(password) ?? passwordHasher.hash(password)
  passwordHashes.set(password, hash)
  return hash
}

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
    const now = clock.now()
    const id = newIdentifier('organization', now, random)
    await transaction((stores) =>
      stores.organizations.insert({
        id,
        name,
        externalId: null,
        metadata: {},
        createdAt: now,
        updatedAt: now,
      }),
    )
    return id
  }

  const member = async (userId: UserId, organizationId: OrganizationId): Promise<void> => {
    const now = clock.now()
    await transaction((stores) =>
      stores.memberships.insert({
        id: newIdentifier('membership', now, random),
        userId,
        organizationId,
        roleSlug: 'member',
        status: 'active',
        createdAt: now,
        updatedAt: now,
      }),
    )
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
    const now = clock.now()
    const id = newIdentifier('user', now, random)
    const passwordHash = await hashOnce(password)
    await transaction((stores) =>
      stores.users.insert({
        id,
        email,
        normalizedEmail: email.toLowerCase(),
        emailVerified: true,
        firstName,
        lastName,
        name: null,
        locale: null,
        pictureUrl: null,
        externalId: null,
        metadata: {},
        passwordHash,
        lastSignInAt: null,
        createdAt: now,
        updatedAt: now,
      }),
    )
    for (const organizationId of organizations) await member(id, organizationId)
    return { id, email, password }
  }

  const permission = async (slug: string, name = slug, description: string | null = null): Promise<void> => {
    const now = clock.now()
    await transaction((stores) =>
      stores.permissions.insert({
        id: newIdentifier('permission', now, random),
        slug,
        name,
        description,
        createdAt: now,
        updatedAt: now,
      }),
    )
  }

  const credential = async (application: Pick<Client, 'id' | 'clientId' | 'isPublic' | 'organizationId'>) => {
    const issued = await transaction((stores) => issueCredential(acting(stores), application))
    if (issued.outcome === 'refused') throw new Error(`No credential: ${issued.code}`)
    return { credentialId: issued.credential.id, clientSecret: issued.secret }
  }

  const application = async (
    type: 'oauth' | 'm2m',
    organizationId: OrganizationId | null,
    { name, scopes = [], redirectUris, isPublic = false, requirePkce = isPublic }: ApplicationOptions,
  ): Promise<TestApplication> => {
    const now = clock.now()
    const record = {
      id: newIdentifier('application', now, random),
      clientId: newIdentifier('client', now, random),
      type,
      isFirstParty: organizationId === null,
      isPublic,
      requirePkce,
      organizationId,
      name: name ?? `Application ${++count}`,
      description: null,
      scopes: [...scopes],
      logoUrl: null,
      logoDarkUrl: null,
      accessTokenSeconds: null,
      createdAt: now,
      updatedAt: now,
    }
    const uris = redirectUris ?? (type === 'oauth' ? [REDIRECT_URI] : [])
    await transaction((stores) =>
      stores.clients.insert(
        record,
        uris.map((uri, index) => ({ uri, isDefault: index === 0 })),
      ),
    )
    const secret = isPublic ? { credentialId: undefined, clientSecret: '' } : await credential(record)
    return { id: record.id, clientId: record.clientId, redirectUri: uris[0] ?? '', ...secret }
  }

  return {
    organization,
    user,
    member,
    permission,
    credential,
    firstParty: (options: ApplicationOptions = {}) => application('oauth', null, options),
    thirdParty: (organizationId: OrganizationId, options: ApplicationOptions = {}) =>
      application('oauth', organizationId, options),
    m2m: (organizationId: OrganizationId, options: Pick<ApplicationOptions, 'name' | 'scopes'> = {}) =>
      application('m2m', organizationId, options),
  }
}
