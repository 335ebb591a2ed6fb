import type { Client } from '../clients/client.ts'
import { keepDescribed } from '../clients/self-described.ts'
import { consentWithdrawn } from '../events/ended.ts'
import { type Acting, actingAs } from '../events/record.ts'
import { consentObject } from '../objects/authorized-application.ts'
import type { ChosenClaims } from '../protocol/consent-option.ts'
import { type ConsentId, newIdentifier, type OrganizationId, type UserId } from '../protocol/identifiers.ts'
import { isStandardScope, missingScopes } from '../protocol/scope.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'
import type { Asked } from './coverage.ts'

/** Whose consent to what, in which organization's name. */
export interface ConsentOf {
  readonly userId: UserId
  readonly client: Client
  readonly organizationId: OrganizationId | null
  /** What the user chose besides (Standalone). */
  readonly chosenClaims?: ChosenClaims
  /** What the user left out of the scopes that were asked for. */
  readonly declinedScopes?: readonly string[]
}

/**
 * Writes down what the user agreed to, or the operator decided for them (first-party), with its event; adds to what
 * there was.
 *
 * @returns undefined if the user or the organization is no more.
 */
export type GrantConsent = (of: ConsentOf, agreement: Asked, now: Date) => Promise<ConsentId | undefined>

export const createGrantConsent =
  ({ transaction, random }: { readonly transaction: Transaction; readonly random: Random }): GrantConsent =>
  ({ userId, client, organizationId, chosenClaims = {}, declinedScopes = [] }, { scopes, terms }, now) =>
    transaction(async (stores) => {
      // Held until the end of the transaction: whoever deletes a permission has to find it in this consent, or it
      // would be agreed to already when another is made under the same slug.
      const permissions = await stores.permissions.hold(scopes.filter((scope) => !isStandardScope(scope)))
      const there = scopes.filter(
        (scope) => isStandardScope(scope) || permissions.some(({ slug }) => slug === scope),
      )
      // Held too, before the consent is touched: whoever deletes one of them begins with it, and each of the two would have
      // what the other waits for.
      if (!(await stores.users.hold(userId))) return undefined
      if (organizationId !== null && !(await stores.organizations.hold(organizationId))) return undefined
      const applicationId = await keepDescribed({ stores, now, random }, client)
      const consent = await stores.consents.grant({
        id: newIdentifier('consent', now, random),
        userId,
        applicationId,
        organizationId,
        scopes: missingScopes(there, declinedScopes),
        declinedScopes: there.filter((scope) => declinedScopes.includes(scope)),
        resources: [...(terms.resources ?? [])],
        authorizationDetails: terms.authorizationDetails ?? [],
        chosenClaims: Object.keys(chosenClaims).length > 0 ? chosenClaims : null,
        createdAt: now,
        updatedAt: now,
      })
      await actingAs({ type: 'user', id: userId }, { stores, now, random }).record({
        name: 'consent.granted',
        targetId: consent.id,
        organizationId,
        data: consentObject(consent, client),
      })
      return consent.id
    })

/**
 * Takes back one thing that the user who acts agreed to; the same becomes of its tokens as below.
 *
 * @returns undefined if they agreed to nothing of the kind.
 */
export type WithdrawConsent = (
  userId: UserId,
  id: ConsentId,
  now: Date,
) => Promise<{ readonly client: Pick<Client, 'name' | 'clientId'> } | undefined>

export const createWithdrawConsent =
  ({
    transaction,
    random,
  }: {
    readonly transaction: Transaction
    readonly random: Random
  }): WithdrawConsent =>
  (userId, id, now) =>
    transaction(async (stores) => {
      const consent = await stores.consents.withdrawOne(userId, id)
      const client =
        consent && (await stores.clients.byIds([consent.applicationId])).get(consent.applicationId)
      // An application takes its consents along: one that is being deleted would have waited for this.
      if (!consent || !client) return undefined
      const { record } = actingAs({ type: 'user', id: userId }, { stores, now, random })
      await record(consentWithdrawn(consent, client))
      return { client }
    })

/**
 * Takes back all that a user agreed to with an application: its refresh tokens end, and its access tokens are worth
 * nothing where their truth is asked for.
 *
 * @returns how many consents there were.
 */
export const withdrawConsents = async (
  { stores, record }: Acting<Pick<Stores, 'consents'>>,
  userId: UserId,
  client: Client,
): Promise<number> => {
  const withdrawn = await stores.consents.withdraw(userId, client.id)
  await record(...withdrawn.map((consent) => consentWithdrawn(consent, client)))
  return withdrawn.length
}
