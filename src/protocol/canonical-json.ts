/**
 * The same text for the same value: JSON with the members of each object in the order of their names.
 *
 * @param arrange of a list; as it is, unless its order means nothing
 */
export const canonicalJson = (
  value: unknown,
  arrange: (list: readonly unknown[]) => readonly unknown[] = (list) => list,
): string =>
  JSON.stringify(value, (_name, member: unknown) => {
    if (Array.isArray(member)) return arrange(member)
    return typeof member === 'object' && member !== null
      ? Object.fromEntries(Object.entries(member).sort(byName))
      : member
  })

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1
