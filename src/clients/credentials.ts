import type { Acting } from '../events/record.ts'
import { clientSecretObject, type ShownCredential } from '../objects/client-secret.ts'
import { type CredentialId, newIdentifier } from '../protocol/identifiers.ts'
import { parseLine } from '../protocol/printable-text.ts'
import type { Stores } from '../storage/index.ts'
import type { OwnedCredential } from '../storage/stores/client-credentials.ts'
import { isCheckedHandle, newCheckedHandle } from '../system/checked-handle.ts'
import { constantTimeEqual, sha256 } from '../system/hash.ts'
import { type Client, isConfidential } from './client.ts'

/*
 * Client secrets. We make them, 256 bits at random, so a fast hash keeps them as well as a slow one would (there is
 * nothing to guess), and nobody can have us run a slow one.
 */

const SECRET_PREFIX = 'lks_'

/** Enough to tell five secrets apart, far too little to guess one by. */
const HINT_LENGTH = 6

/** Whether a text can be a secret of ours: a typo, or half of a secret, needs no lookup. */
export const isWellFormedSecret = (text: string): boolean => isCheckedHandle(SECRET_PREFIX, text)

const MAXIMUM_NAME_LENGTH = 255

export type CredentialChange = Acting<Pick<Stores, 'clientCredentials'>>

/** What its holder notes on a credential. */
export interface CredentialLabel {
  readonly name?: string | null | undefined
  /** From here on it proves nothing; null: it does not expire. What it got before lives on. */
  readonly expiresAt?: Date | null | undefined
}

type LabelRefused = { readonly outcome: 'refused'; readonly code: 'name_invalid' | 'expiry_not_in_future' }

export type IssuedCredential =
  | { readonly outcome: 'issued'; readonly credential: ShownCredential; readonly secret: string }
  | {
      readonly outcome: 'refused'
      readonly code: 'too_many_credentials' | 'public_client' | 'application_not_found'
    }
  | LabelRefused

/** A new secret; it is shown this once, since only its hash is kept. */
export const issueCredential = async (
  { stores, now, random, record }: Acting<Pick<Stores, 'clients' | 'clientCredentials'>>,
  client: Pick<Client, 'id' | 'isPublic' | 'organizationId'>,
  label: CredentialLabel = {},
): Promise<IssuedCredential> => {
  // RFC 6749 §2.1: a public client is one that cannot keep a secret.
  if (!isConfidential(client)) return { outcome: 'refused', code: 'public_client' }
  const checked = checkedLabel(label, now)
  if ('outcome' in checked) return checked
  // Held until the end of the transaction: the insert must not meet an application deleted meanwhile.
  if (!(await stores.clients.hold(client.id))) return { outcome: 'refused', code: 'application_not_found' }
  const secret = newCheckedHandle(SECRET_PREFIX, random)
  const credential: ShownCredential = {
    id: newIdentifier('credential', now, random),
    applicationId: client.id,
    hint: secret.slice(-HINT_LENGTH),
    name: checked.name ?? null,
    expiresAt: checked.expiresAt ?? null,
    lastUsedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.clientCredentials.insert({ ...credential, secretHash: sha256(secret) }))) {
    return { outcome: 'refused', code: 'too_many_credentials' }
  }
  await record({
    name: 'client_secret.created',
    targetId: credential.id,
    organizationId: client.organizationId,
    data: clientSecretObject(credential),
  })
  return { outcome: 'issued', credential, secret }
}

export type RelabelledCredential =
  | { readonly outcome: 'updated'; readonly credential: OwnedCredential }
  | {
      readonly outcome: 'refused'
      readonly code: 'credential_not_found' | 'client_secret_already_expired'
    }
  | LabelRefused

/** Absent means unchanged; what changes nothing is no event. One that has expired stays so. */
export const relabelCredential = async (
  { stores, now, record }: CredentialChange,
  id: CredentialId,
  label: CredentialLabel,
): Promise<RelabelledCredential> => {
  const before = await stores.clientCredentials.lock(id)
  if (!before) return { outcome: 'refused', code: 'credential_not_found' }
  if (label.expiresAt !== undefined && before.expiresAt !== null && before.expiresAt <= now) {
    return { outcome: 'refused', code: 'client_secret_already_expired' }
  }
  const checked = checkedLabel(label, now)
  if ('outcome' in checked) return checked
  const { name = before.name, expiresAt = before.expiresAt } = checked
  if (name === before.name && expiresAt?.getTime() === before.expiresAt?.getTime()) {
    return { outcome: 'updated', credential: before }
  }
  const credential = { ...before, name, expiresAt, updatedAt: now }
  await stores.clientCredentials.update(id, { name, expiresAt, updatedAt: now })
  await record({
    name: 'client_secret.updated',
    targetId: id,
    organizationId: credential.organizationId,
    data: clientSecretObject(credential),
    before: clientSecretObject(before),
  })
  return { outcome: 'updated', credential }
}

const checkedLabel = ({ name, expiresAt }: CredentialLabel, now: Date): CredentialLabel | LabelRefused => {
  const line = typeof name === 'string' ? parseLine(name, MAXIMUM_NAME_LENGTH) : name
  if (typeof name === 'string' && line === undefined) return { outcome: 'refused', code: 'name_invalid' }
  // Whoever wants it ended now deletes it, and so ends what it got as well.
  if (expiresAt && expiresAt <= now) return { outcome: 'refused', code: 'expiry_not_in_future' }
  return { name: line, expiresAt }
}

/** Which of the client's credentials this is, of those that have not expired. Compares with every one: the time taken does not tell which, or how near. */
export const findCredential = (
  { credentials }: Pick<Client, 'credentials'>,
  secret: string,
  now: Date,
): CredentialId | undefined => {
  // A typo, or what never was a secret of ours, is turned away without a comparison.
  if (!isWellFormedSecret(secret)) return undefined
  const presented = sha256(secret)
  let found: CredentialId | undefined
  for (const { id, secretHash, expiresAt } of credentials) {
    const holds = expiresAt === null || now < expiresAt
    if (constantTimeEqual(presented, secretHash) && holds) found = id
  }
  return found
}

/**
 * Undefined if there is no such credential. Tokens it got are worth nothing from here on where their truth is asked
 * for.
 */
export const deleteCredential = async (
  { stores, record }: Pick<CredentialChange, 'stores' | 'record'>,
  id: CredentialId,
): Promise<OwnedCredential | undefined> => {
  const deleted = await stores.clientCredentials.delete(id)
  if (!deleted) return undefined
  await record({
    name: 'client_secret.deleted',
    targetId: id,
    organizationId: deleted.organizationId,
    data: clientSecretObject(deleted),
  })
  return deleted
}
