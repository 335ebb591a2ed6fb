/*
 * Pictures that strangers give and everybody will see: the logos of applications. A picture is what its bytes are,
 * whatever it is declared to be, and what is served is not what came: it is written anew from what was understood,
 * so that nothing hides in a corner that only somebody else's reader looks into.
 */

export const imageTypes = ['image/png', 'image/webp', 'image/svg+xml'] as const

export type ImageType = (typeof imageTypes)[number]

export interface Image {
  readonly type: ImageType
  readonly content: Uint8Array
  /** What was there and was left out, by name, each once. */
  readonly removed: readonly string[]
}

/** Of a logo; WorkOS takes as much. */
export const MAXIMUM_IMAGE_BYTES = 100 * 1024

/** Pixels, each way: a small file can unfold to gigabytes. */
const MAXIMUM_DIMENSION = 4096

/** Why something is no picture to be shown, as a sentence for whoever sent it. */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage'
}

/** @throws UnreadableImage */
export const requireSaneDimensions = (width: number, height: number): void => {
  const isSane = [width, height].every((length) => length >= 1 && length <= MAXIMUM_DIMENSION)
  if (isSane) return
  throw new UnreadableImage(
    `The picture is ${width} by ${height} pixels; 1 to ${MAXIMUM_DIMENSION} are possible each way.`,
  )
}
