import { MAXIMUM_IMAGE_BYTES } from '../images/image.ts'
import { MAXIMUM_FORM_BYTES } from '../interaction/index.ts'
import { Refusal } from '../management/refusal.ts'
import { bodyRefusalStatus } from '../system/failure-code.ts'

/** A form that could not be read at all, in the words of these pages; undefined for any other failure. */
export const bodyRefusal = (error: unknown): Refusal | undefined => {
  switch (bodyRefusalStatus(error)) {
    case undefined:
      return undefined
    case 413:
      return new Refusal(413, { message: `A form has ${MAXIMUM_FORM_BYTES / 1024} KB at most. ${UNCHANGED}` })
    case 415:
      return new Refusal(415, { message: `What was sent is no form of this page. ${UNCHANGED}` })
    default:
      return new Refusal(400, { message: `What was sent cannot be read. ${UNCHANGED}` })
  }
}

/** The same of a form with a picture, which is what makes it large. */
export const pictureRefusal = (error: unknown): Refusal | undefined =>
  bodyRefusalStatus(error) === 413
    ? new Refusal(413, { message: `A picture has ${MAXIMUM_IMAGE_BYTES / 1024} KB at most. ${UNCHANGED}` })
    : bodyRefusal(error)

const UNCHANGED = 'Nothing was changed: go back, and send it again.'
