import { sentOnce } from '../interaction/sent-once.ts'
import { conflict, invalidField } from '../management/refusal.ts'
import type { Stores } from '../storage/index.ts'
import type { FormFields } from './form-fields.ts'

/**
 * For the transaction of what a form makes and shows once.
 *
 * @param by who sends the form.
 */
export const madeOnce =
  (fields: FormFields, by: string) =>
  async (stores: Pick<Stores, 'seenOnce'>, now: Date): Promise<void> => {
    switch (await sentOnce(stores, fields.text('once'), by, now)) {
      case 'first':
        return
      case 'unnamed':
        throw invalidField('form', 'incomplete_form', 'is incomplete: load the page anew.')
      case 'again':
        throw conflict(
          'made_already',
          'This form was sent before: what it made was shown then, and is not shown again. If nobody has seen it, delete it, ' +
            'and create another.',
        )
    }
  }
