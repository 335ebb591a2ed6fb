/** When things of one kind, such as credentials, were last used. */
export interface Usage<Id> {
  used(id: Id, now: Date): void
  /** Writes down what was noted. @throws what the database throws; the uses are kept for the next time. */
  flush(): Promise<void>
}

/**
 * Gathered in memory and written in batches: a token request writes nothing. A node that is killed forgets the uses
 * since its last flush, no more. Bounded, should the database stay away: then the uses noted longest ago are
 * forgotten.
 */
export const createUsage = <Id>({
  write,
  maximumEntries,
}: {
  readonly write: (uses: ReadonlyMap<Id, Date>) => Promise<void>
  readonly maximumEntries: number
}): Usage<Id> => {
  let noted = new Map<Id, Date>()
  let flushing: Promise<void> = Promise.resolve()

  const note = (id: Id, instant: Date): void => {
    const known = noted.get(id)
    // Taken out and put back, so that the map stays in order of the last note.
    noted.delete(id)
    noted.set(id, known !== undefined && known > instant ? known : instant)
    if (noted.size <= maximumEntries) return
    for (const oldest of noted.keys()) {
      noted.delete(oldest)
      return
    }
  }

  const writeNoted = async (): Promise<void> => {
    if (noted.size === 0) return
    const batch = noted
    noted = new Map()
    try {
      await write(batch)
    } catch (error) {
      const newer = noted
      noted = batch
      for (const [id, instant] of newer) note(id, instant)
      throw error
    }
  }

  return {
    used: note,
    flush: () => {
      // One after the other: two batches at once would lock the same rows in different orders.
      const next = flushing.then(writeNoted)
      flushing = next.catch(() => {})
      return next
    },
  }
}
