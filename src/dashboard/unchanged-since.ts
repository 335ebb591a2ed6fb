import { conflict } from '../management/refusal.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { VersionedKind } from '../storage/stores/versions.ts'

/** The code of the refusal below. */
export const CHANGED_MEANWHILE = 'changed_meanwhile'

export const CHANGED_MEANWHILE_MESSAGE =
  'Somebody else has saved this since you opened the page. Nothing of yours was saved yet: look at what is different ' +
  'below, and save again to have it as you wrote it.'

/**
 * For a form that edits a thing: it still is as it was when the form was opened, and stays so until the change is made.
 * Of two operators who edit it at once the second is told, and overwrites nothing.
 *
 * @param updatedAt as the API shows it, from the hidden field of the form
 */
export const unchangedSince =
  (kind: VersionedKind, id: string, updatedAt: string) =>
  async (stores: Pick<Stores, 'versions'>): Promise<void> => {
    const parsed = parseIdentifier(kind, id)
    const current = parsed && (await stores.versions.lock(kind, parsed))
    // What is not there is for the operation to say.
    if (current === undefined || current.toISOString() === updatedAt) return
    throw changedMeanwhile()
  }

export const changedMeanwhile = () => conflict(CHANGED_MEANWHILE, CHANGED_MEANWHILE_MESSAGE)
