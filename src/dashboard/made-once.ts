import { conflict, invalidField } from '../management/refusal.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import type { FormFields } from './form-fields.ts'

/*
 * A form that makes something which is shown once. Sent twice, by a double click or by loading its answer anew, it would make
 * two, and of one of them nobody would know: so each that is shown carries a name of its own (`once`), and makes one.
 */

/** By then nobody has a form open that they have sent already. */
const REMEMBERED_SECONDS = 24 * 3600

const HANDLE = /^[\w-]{43}$/

/**
 * For the transaction of what is made, which takes the mark back if it is not.
 *
 * @param by who sends the form.
 */
export const madeOnce =
  (fields: FormFields, by: string) =>
  async ({ seenOnce }: Pick<Stores, 'seenOnce'>, now: Date): Promise<void> => {
    const once = fields.text('once')
    if (!HANDLE.test(once))
      throw invalidField('form', 'incomplete_form', 'is incomplete: load the page anew.')
    if (await seenOnce.mark(sha256(`form ${by} ${once}`), addSeconds(now, REMEMBERED_SECONDS))) return
    throw conflict(
      'made_already',
      'This form was sent before: what it made was shown then, and is not shown again. If nobody has seen it, delete it, ' +
        'and create another.',
    )
  }
