import { z } from 'zod'
import type { Actor } from '../events/catalogue.ts'
import { actingAs } from '../events/record.ts'
import { addMember } from '../organizations/membership.ts'
import { type OrganizationId, parseIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Clock } from '../system/clock.ts'
import type { Random } from '../system/random.ts'
import { createUser } from '../users/create-user.ts'
import { importedPasswordHash } from '../users/password.ts'
import { normalizeEmail } from '../users/user.ts'
import { type ImportedUser, importedUserSchema, schemeOf } from './imported-user.ts'
import { readEntry } from './read-entry.ts'

/*
 * Users of a file, in batches of one transaction each: interrupted and begun anew, it passes over those who are here
 * already. One who is refused is refused whole, and keeps back nobody else.
 */

/** As the file has it. */
export interface GivenUser {
  readonly user: unknown
  /** Why the password that the file has is not in it. */
  readonly withoutPassword?: string
}

/** Of whom it is known without asking anybody that they do not come to be. */
export interface SetAside {
  readonly email?: string
  readonly aside: Extract<ImportOutcome, { outcome: 'refused' | 'passed_over' }>
}

export type ImportedLine = {
  /** Counted from 1, with the head of a table. */
  readonly line: number
} & (GivenUser | SetAside)

export type ImportOutcome =
  | { readonly outcome: 'created'; readonly without_password?: string }
  | { readonly outcome: 'exists' }
  | { readonly outcome: 'passed_over'; readonly reason: string }
  | { readonly outcome: 'refused'; readonly field?: string; readonly reason: string }

export type ImportedResult = ImportOutcome & { readonly line: number; readonly email?: string }

export interface ImportingUsers {
  readonly transaction: Transaction
  readonly clock: Clock
  readonly random: Random
  readonly actor: Actor
  /** Nothing is written: what would be refused for what it is, is told. */
  readonly isDryRun: boolean
  /** Whether each is an event, of which webhooks hear. */
  readonly withEvents: boolean
  /** Empty at the beginning of the file; what its batches find in it belongs to them. */
  readonly seen: Seen
}

/** Of whoever is here since the file has them: another line of theirs is no second attempt, but a mistake. */
export interface Seen {
  /** By e-mail address, as it is compared, the line. */
  readonly lines: Map<string, number>
  /** In a dry run, where the database does not know them from the batch before. */
  readonly externalIds: Set<string>
}

const OF_ANOTHER = 'is that of another user'

/** Thrown in a transaction, so that nothing of it stays. */
class Undone extends Error {
  readonly result: ImportOutcome | undefined

  constructor(result?: ImportOutcome) {
    super('undone')
    this.result = result
  }
}

export const importUsers = async (
  importing: ImportingUsers,
  lines: readonly ImportedLine[],
): Promise<ImportedResult[]> => {
  const read = lines.map((one) => ('aside' in one ? one : { ...one, ...readUser(one.user) }))
  // Somebody in it was refused when half of them was written: one by one, so that the others come to be.
  const results = (await attempt(importing, read)) ?? (await oneByOne(importing, read))
  return results.map((result, place) => firstOf(importing, result, read[place]))
}

const oneByOne = async (importing: ImportingUsers, read: readonly Read[]): Promise<ImportedResult[]> => {
  const results: ImportedResult[] = []
  for (const one of read) results.push(...((await attempt(importing, [one])) ?? []))
  return results
}

/** Of several lines of one user the first of those that are here. */
const firstOf = (
  { seen, isDryRun }: ImportingUsers,
  result: ImportedResult,
  read: Read | undefined,
): ImportedResult => {
  if (!read || !('user' in read) || (result.outcome !== 'created' && result.outcome !== 'exists'))
    return result
  const { line } = result
  const { email, external_id: externalId } = read.user
  const refuse = (field: string, reason: string): ImportedResult => ({
    ...{ line, email, outcome: 'refused', field, reason },
  })
  const address = normalizeEmail(email)
  const first = seen.lines.get(address)
  if (first !== undefined) return refuse('email', `is on line ${first} as well`)
  if (isDryRun && result.outcome === 'created' && externalId != null) {
    if (seen.externalIds.has(externalId)) return refuse('external_id', OF_ANOTHER)
    seen.externalIds.add(externalId)
  }
  seen.lines.set(address, line)
  return result
}

type Read = { readonly line: number } & ((GivenUser & { readonly user: ImportedUser }) | SetAside)

const readUser = (given: unknown): { readonly user: ImportedUser } | SetAside => {
  const { data, fault } = readEntry(importedUserSchema, given)
  if (data) return { user: data }
  const email = z.object({ email: z.string() }).safeParse(given).data?.email
  return { ...(email !== undefined && { email }), aside: { outcome: 'refused', ...fault } }
}

/** Undefined: several were written at once, and one of them was refused. */
const attempt = async (
  importing: ImportingUsers,
  batch: readonly Read[],
): Promise<ImportedResult[] | undefined> => {
  const { transaction, isDryRun } = importing
  let results: ImportedResult[] = []
  try {
    await transaction(async (stores) => {
      results = []
      for (const one of batch) {
        if ('aside' in one) {
          results.push({ line: one.line, ...(one.email !== undefined && { email: one.email }), ...one.aside })
          continue
        }
        const outcome = await importOne(importing, stores, one.user)
        // What was written of them has to go, and with it all of the transaction.
        if (outcome.outcome === 'refused' && outcome.isHalfDone) {
          throw new Undone(batch.length === 1 ? outcome : undefined)
        }
        results.push({
          ...{ line: one.line, email: one.user.email, ...without(outcome) },
          ...(outcome.outcome === 'created' &&
            one.withoutPassword !== undefined && { without_password: one.withoutPassword }),
        })
      }
      if (isDryRun) throw new Undone()
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
    if (error.result === undefined) return isDryRun && results.length === batch.length ? results : undefined
    const [one] = batch
    return one && 'user' in one ? [{ line: one.line, email: one.user.email, ...without(error.result) }] : []
  }
  return results
}

type Outcome = ImportOutcome & { readonly isHalfDone?: boolean }

const without = ({ isHalfDone: _, ...outcome }: Outcome): ImportOutcome => outcome as ImportOutcome

const importOne = async (
  { clock, random, actor, withEvents }: ImportingUsers,
  stores: Stores,
  user: ImportedUser,
): Promise<Outcome> => {
  const acting = actingAs(actor, { stores, now: clock.now(), random })
  const quiet = withEvents ? acting : { ...acting, record: async () => {} }
  const hash = passwordOf(user)
  if ('reason' in hash) return hash
  const created = await createUser(quiet, {
    email: user.email,
    emailVerified: user.email_verified ?? false,
    firstName: user.first_name ?? null,
    lastName: user.last_name ?? null,
    name: user.name ?? null,
    locale: user.locale ?? null,
    externalId: user.external_id ?? null,
    ...(user.metadata && { metadata: user.metadata }),
    ...(hash.passwordHash && { passwordHash: hash.passwordHash }),
  })
  if (created.outcome === 'refused') return refusalOf(created)
  for (const [place, { organization, role }] of (user.memberships ?? []).entries()) {
    const organizationId = await organizationOf(stores, organization)
    const added =
      organizationId &&
      (await addMember(quiet, {
        userId: created.user.id,
        organizationId,
        ...(role !== undefined && { roleSlug: role }),
      }))
    if (added?.outcome !== 'added') {
      const field = `memberships.${place}.${added?.outcome === 'refused' && added.code === 'invalid_role' ? 'role' : 'organization'}`
      return { outcome: 'refused', field, reason: 'is not there', isHalfDone: true }
    }
  }
  return { outcome: 'created' }
}

const organizationOf = async (
  stores: Pick<Stores, 'organizations'>,
  text: string,
): Promise<OrganizationId | undefined> =>
  parseIdentifier('organization', text) ?? (await stores.organizations.byExternalId(text))?.id

const passwordOf = (
  user: ImportedUser,
):
  | { readonly passwordHash: ReturnType<typeof importedPasswordHash> }
  | Extract<ImportOutcome, { outcome: 'refused' }> => {
  const { password_hash: hash } = user
  const scheme = schemeOf(user)
  if (hash == null && scheme === undefined) return { passwordHash: undefined }
  if (hash == null)
    return { outcome: 'refused', field: 'password_hash', reason: 'is missing: its type was given' }
  if (scheme === undefined) {
    return { outcome: 'refused', field: 'password_hash_type', reason: 'is missing: a hash was given' }
  }
  const passwordHash = importedPasswordHash(scheme, hash)
  return passwordHash === undefined
    ? {
        outcome: 'refused',
        field: 'password_hash',
        reason: `is no hash of type ${user.password_hash_type} in its documented form, or would take too long to verify`,
      }
    : { passwordHash }
}

type Refused = Extract<Awaited<ReturnType<typeof createUser>>, { outcome: 'refused' }>

const nameFields = { firstName: 'first_name', lastName: 'last_name', name: 'name' } as const

const refusalOf = (refused: Refused): Outcome => {
  switch (refused.code) {
    case 'email_not_available':
      return { outcome: 'exists' }
    // Said only of whoever's address is nobody's: they are not here.
    case 'external_id_already_used':
      return { outcome: 'refused', field: 'external_id', reason: OF_ANOTHER }
    case 'email_invalid':
      return { outcome: 'refused', field: 'email', reason: 'is no e-mail address' }
    case 'external_id_invalid':
      return { outcome: 'refused', field: 'external_id', reason: 'is no external ID' }
    case 'locale_invalid':
      return { outcome: 'refused', field: 'locale', reason: 'is no language tag' }
    case 'name_invalid':
      return { outcome: 'refused', field: nameFields[refused.field], reason: 'is no name' }
    case 'metadata_invalid':
      return { outcome: 'refused', field: 'metadata', reason: refused.problem }
  }
}
