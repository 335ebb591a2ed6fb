import { type BrandImageKind, type BrandImages, brandImageKinds } from '../../protocol/brand-image.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

/** Which of the kept pictures are the operator's. Whoever changes them holds `environment.changeAlone`. */
export const brandImages = (db: Executor) => ({
  all: async (): Promise<BrandImages> => {
    const rows = await db.selectFrom('brand_image').selectAll().execute()
    return knownImages(rows.map((row) => [row.kind, row.content_hash]))
  },

  set: async (kind: BrandImageKind, contentHash: Hash): Promise<void> => {
    await db
      .insertInto('brand_image')
      .values({ kind, content_hash: contentHash })
      .onConflict((conflict) => conflict.column('kind').doUpdateSet({ content_hash: contentHash }))
      .execute()
  },

  /** False if there is none. */
  delete: async (kind: BrandImageKind): Promise<boolean> => {
    const { numDeletedRows } = await db.deleteFrom('brand_image').where('kind', '=', kind).executeTakeFirst()
    return numDeletedRows > 0n
  },
})

/** A later version may have kinds that this one does not know. */
export const knownImages = (entries: Iterable<readonly [kind: string, contentHash: string]>): BrandImages => {
  const all = new Map(entries)
  return Object.fromEntries(
    brandImageKinds.flatMap((kind) => {
      const hash = all.get(kind)
      return hash === undefined ? [] : [[kind, hash] as const]
    }),
  )
}
