import { type Image, MAXIMUM_IMAGE_BYTES, UnreadableImage } from './image.ts'
import { readPng } from './png.ts'
import { readSvg } from './svg.ts'
import { readWebp } from './webp.ts'

/**
 * A picture by its content.
 *
 * @throws UnreadableImage
 */
export const readImage = async (bytes: Uint8Array): Promise<Image> => {
  if (bytes.length === 0) throw new UnreadableImage('The picture is empty.')
  if (bytes.length > MAXIMUM_IMAGE_BYTES) {
    throw new UnreadableImage(
      `The picture has ${bytes.length} bytes; at most ${MAXIMUM_IMAGE_BYTES} are possible.`,
    )
  }
  // SVG has no signature of its own: it is what is left, and says what is wrong with it.
  const raster = (await readPng(bytes)) ?? readWebp(bytes)
  if (raster) return raster
  const { isBlank, ...image } = readSvg(bytes)
  if (isBlank)
    throw new UnreadableImage('Nothing of the SVG can be seen: what there was to see in it is left out here.')
  return image
}
