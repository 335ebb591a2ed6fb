import type { Acting } from '../events/record.ts'
import type { Image } from '../images/image.ts'
import { brandingObject } from '../objects/branding.ts'
import type { BrandImageKind, BrandImages } from '../protocol/brand-image.ts'
import type { Stores } from '../storage/index.ts'
import { sha256 } from '../system/hash.ts'

type Changing = Acting<Pick<Stores, 'environment' | 'brandImages' | 'logos'>>

/** Puts a picture in the place of the one of that kind. @returns all there are now. */
export const setBrandImage = async (
  { stores, now, record }: Changing,
  kind: BrandImageKind,
  { type, content }: Image,
): Promise<BrandImages> => {
  const contentHash = sha256(content)
  // Of two at once, the event of the second tells of the first as what was before.
  await stores.environment.changeAlone()
  const before = await stores.brandImages.all()
  if (before[kind] === contentHash) return before
  await stores.logos.keep({ contentHash, contentType: type, content, createdAt: now })
  await stores.brandImages.set(kind, contentHash)
  const after = { ...before, [kind]: contentHash }
  await recordChange(record, before, after)
  return after
}

/** False if there is none. A page that was shown a moment ago may yet load it: the sweeper has it later. */
export const removeBrandImage = async (
  { stores, record }: Changing,
  kind: BrandImageKind,
): Promise<boolean> => {
  await stores.environment.changeAlone()
  const before = await stores.brandImages.all()
  if (!(await stores.brandImages.delete(kind))) return false
  const { [kind]: _, ...after } = before
  await recordChange(record, before, after)
  return true
}

const recordChange = (record: Changing['record'], before: BrandImages, after: BrandImages): Promise<void> =>
  record({
    name: 'branding.updated',
    targetId: null,
    data: brandingObject(after),
    before: brandingObject(before),
  })
