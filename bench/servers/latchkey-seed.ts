import { changeKeys } from '../../src/clients/application-settings.ts'
import { issueCredential } from '../../src/clients/credentials.ts'
import { type NewApplication, registerApplication } from '../../src/clients/registration.ts'
import { actingAs } from '../../src/events/record.ts'
import { addMember } from '../../src/organizations/membership.ts'
import { createOrganization } from '../../src/organizations/organization.ts'
import { openDatabase } from '../../src/storage/database.ts'
import type { Stores } from '../../src/storage/index.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { systemClock } from '../../src/system/clock.ts'
import { createPasswordHasher } from '../../src/system/password-hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { createUser } from '../../src/users/create-user.ts'
import { newPasswordHash } from '../../src/users/password.ts'
import {
  type ClientCredentials,
  clientJwk,
  redirectUri,
  type SigningKeys,
  userEmail,
  userPassword,
} from '../fixtures.ts'

export interface Seeded {
  readonly machineClient: ClientCredentials
  readonly introspectedClient: ClientCredentials
  readonly webClient: ClientCredentials
  readonly offlineClient: ClientCredentials
  readonly userinfoClient: ClientCredentials
  readonly keyClient: { readonly id: string; readonly pem: string }
}

/** What the operations need, made by the code the server itself uses, in a database that is migrated. */
export const seed = async (
  databaseUrl: string,
  users: number,
  keys: Pick<SigningKeys, 'clientPem'>,
): Promise<Seeded> => {
  const database = await openDatabase({ kind: 'postgresql', url: databaseUrl, poolSize: 2 }, console.error)
  try {
    const transaction = transactionOn(database.kysely)
    const acting = (stores: Stores) =>
      actingAs({ type: 'operator' }, { stores, now: systemClock.now(), random: systemRandom })
    const organization = done(
      await transaction((stores) => createOrganization(acting(stores), { name: 'Bench' })),
      'created',
    ).organization.id

    const application = async (described: NewApplication): Promise<ClientCredentials> =>
      transaction(async (stores) => {
        const { client } = done(await registerApplication(acting(stores), described), 'registered')
        const { secret } = done(await issueCredential(acting(stores), client), 'issued')
        return { id: client.clientId, secret }
      })
    const machineClient = await application({ type: 'm2m', name: 'Machine', organizationId: organization })
    const webClient = await application({
      type: 'oauth',
      name: 'Web',
      isFirstParty: true,
      redirectUris: [{ uri: redirectUri }],
    })

    const keyClient = await transaction(async (stores) => {
      const described: NewApplication = { type: 'm2m', name: 'Key', organizationId: organization }
      const { client } = done(await registerApplication(acting(stores), described), 'registered')
      done(await changeKeys(acting(stores), client, { jwks: [clientJwk(keys)], jwksUri: null }), 'changed')
      return { id: client.clientId, pem: keys.clientPem }
    })

    const hasher = createPasswordHasher({ concurrent: 2, waiting: users })
    for (let index = 0; index < users; index++) {
      const email = userEmail(index)
      const hashed = await newPasswordHash(hasher, userPassword, email)
      if ('problem' in hashed) throw new Error(`The password of ${email} is ${hashed.problem}.`)
      await transaction(async (stores) => {
        const { user } = done(await createUser(acting(stores), { email, ...hashed }), 'created')
        done(await addMember(acting(stores), { userId: user.id, organizationId: organization }), 'added')
      })
    }
    return {
      ...{ machineClient, introspectedClient: machineClient, keyClient },
      ...{ webClient, offlineClient: webClient, userinfoClient: webClient },
    }
  } finally {
    await database.close()
  }
}

const done = <R extends { readonly outcome: string }, O extends R['outcome']>(
  result: R,
  outcome: O,
): Extract<R, { readonly outcome: O }> => {
  if (result.outcome !== outcome) throw new Error(`Seeding was refused: ${JSON.stringify(result)}`)
  return result as Extract<R, { readonly outcome: O }>
}
