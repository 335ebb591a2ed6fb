import { z } from 'zod'
import { RESOURCE_TYPE } from '../objects/permission.ts'
import {
  type DescriptionProblem,
  MAXIMUM_DESCRIPTION_LENGTH,
  MAXIMUM_NAME_LENGTH,
} from '../permissions/description.ts'
import { invalidField, type Refusal } from './refusal.ts'

/* What permissions and roles have in common. */

/** Lengths are counted in code points, so they are checked where the text is read. */
export const descriptionFields = {
  name: z.string().meta({ minLength: 1, maxLength: MAXIMUM_NAME_LENGTH }),
  description: z
    .string()
    .meta({ maxLength: MAXIMUM_DESCRIPTION_LENGTH })
    .nullish()
    .describe('Null for none.'),
} as const

/** There are no resources but organizations. */
export const resourceType = z.literal(RESOURCE_TYPE).nullish()

export const descriptionRefusal = (code: DescriptionProblem): Refusal =>
  code === 'name_invalid'
    ? invalidField('name', code, `has 1 to ${MAXIMUM_NAME_LENGTH} characters and no control characters.`)
    : invalidField(
        'description',
        code,
        `has at most ${MAXIMUM_DESCRIPTION_LENGTH} characters and no control characters.`,
      )
