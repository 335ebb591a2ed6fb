import { type Image, UnreadableImage } from '../images/image.ts'
import { readImage } from '../images/read-image.ts'
import { invalidField } from './refusal.ts'

/** A picture that came as the body. @throws Refusal 422 */
export const uploadedImage = async (bytes: Uint8Array): Promise<Image> => {
  try {
    return await readImage(bytes)
  } catch (error) {
    if (error instanceof UnreadableImage) throw invalidField('body', 'invalid_image', error.message)
    throw error
  }
}

/** What operations that take one say of it. */
export const uploadedImageDescription =
  'The bytes of a PNG, WebP or SVG of at most 102,400 bytes. What it is is read from the bytes, whatever the content type says. What could run or load is taken out of an SVG, metadata out of the others.'
