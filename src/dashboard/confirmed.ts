import { invalidField } from '../management/refusal.ts'
import type { FormFields } from './form-fields.ts'

/** What cannot be undone was meant: its name was typed. @throws Refusal 422 */
export const requireConfirmation = (fields: FormFields, word: string): void => {
  if ((fields.optional('confirmation') ?? '').normalize() !== word.trim().normalize()) {
    throw invalidField('confirmation', 'not_confirmed', `is not what was to be typed: ${word}`)
  }
}
