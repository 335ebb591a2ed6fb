import type { Refusal } from '../management/refusal.ts'
import { sha256 } from '../system/hash.ts'
import type { FormFields } from './form-fields.ts'
import { CHANGED_MEANWHILE } from './unchanged-since.ts'

/** A form as it is shown: what stands in its fields, and what is wrong with them. */
export interface FilledForm {
  value(name: string): string
  values(name: string): readonly string[]
  error(name: string): string | undefined
  /** What somebody else has saved in the field since the form was opened, if it is something else. */
  savedMeanwhile(name: string): string | undefined
  /** As of when the thing was shown that it edits, and still has to be when it is sent; undefined: as it is now. */
  readonly updatedAt: string | undefined
  /** What stands in its fields as they were saved, in short. */
  readonly shown: string
  /** Something is wrong with it. */
  readonly hasErrors: boolean
  /** Of the form as a whole. */
  readonly problem: string | undefined
}

/** A form that nobody has sent. A list is what is ticked, or stands on lines of its own. */
export const freshForm = (
  values: Readonly<Record<string, string | readonly string[] | null | undefined>> = {},
): FilledForm => ({
  value: (name) => {
    const value = values[name]
    return typeof value === 'string' ? value : (value?.join('\n') ?? '')
  },
  values: (name) => {
    const value = values[name]
    return typeof value === 'string' ? [value] : (value ?? [])
  },
  error: () => undefined,
  savedMeanwhile: () => undefined,
  updatedAt: undefined,
  shown: sha256(JSON.stringify(values)),
  hasErrors: false,
  problem: undefined,
})

/**
 * A form that was refused: as it was filled in, with each fault beside its field.
 *
 * @param saved the thing as it is now
 * @param nameOf the field of the form for one of the API, whose name is otherwise the same up to the first dot
 */
export const refusedForm = (
  fields: FormFields,
  { body }: Pick<Refusal, 'body'>,
  saved: FilledForm = freshForm(),
  nameOf: (field: string) => string = (field) => field.split('.')[0] ?? field,
): FilledForm => {
  const errors = new Map<string, string>()
  const others: string[] = []
  for (const fault of body.errors ?? []) {
    const name = 'field' in fault ? nameOf(fault.field) : undefined
    if (name !== undefined && fields.names.includes(name))
      errors.set(name, errors.get(name) ?? sentence(fault.message))
    else
      others.push('field' in fault ? `${fault.field}: ${sentence(fault.message)}` : sentence(fault.message))
  }
  const isOvertaken = body.code === CHANGED_MEANWHILE
  return {
    value: fields.text,
    values: fields.all,
    // Refused for anything else it shows nothing of what was saved meanwhile, so it must not pass for a newer one.
    updatedAt: isOvertaken ? undefined : fields.optional('updated_at'),
    shown: isOvertaken ? saved.shown : fields.text('shown'),
    hasErrors: true,
    error: (name) => errors.get(name),
    savedMeanwhile: (name) => (isOvertaken && !isSame(fields, name, saved) ? saved.value(name) : undefined),
    problem: others.length > 0 ? others.join(' ') : errors.size > 0 ? undefined : sentence(body.message),
  }
}

/**
 * As of when a thing still has to be that a form edits a part of: if nothing that the form shows is different, as it is now.
 *
 * @param saved the form as it would be shown now, and `updatedAt` of the thing as it was read for it
 */
export const versionToHold = (fields: FormFields, saved: FilledForm, updatedAt: string): string =>
  fields.text('shown') === saved.shown ? updatedAt : fields.text('updated_at')

/** Browsers send other line breaks than were saved, and what is ticked in the order of the page. */
const isSame = (fields: FormFields, name: string, saved: FilledForm): boolean => {
  const sent = fields.all(name)
  return sent.length > 1
    ? sent.toSorted().join('\n') === saved.values(name).toSorted().join('\n')
    : (sent[0] ?? '').replaceAll('\r\n', '\n') === saved.value(name)
}

/** Messages of the API go on from the name of a field. One that begins with a value leaves it as it was typed. */
const sentence = (message: string): string => {
  const text = message.replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase())
  return /[.!?]$/.test(text) ? text : `${text}.`
}
