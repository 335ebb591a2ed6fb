import { invalidField } from '../management/refusal.ts'
import type { ApplicationObject } from '../objects/application.ts'
import { type FilledForm, freshForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'

/*
 * The forms of an application that the dashboard and the developer portal have in common.
 */

type Editable = Pick<ApplicationObject, 'name' | 'description' | 'scopes'> &
  Partial<Pick<Extract<ApplicationObject, { readonly redirect_uris: unknown }>, 'redirect_uris'>>

/** What an application is called and may do. */
export const editableApplication = ({ name, description, scopes, redirect_uris }: Editable): FilledForm =>
  freshForm({
    ...{ name, description, scopes },
    ...(redirect_uris && {
      // The default one first: as the first it stays so.
      redirect_uris: redirect_uris
        .toSorted((one, other) => Number(other.default) - Number(one.default))
        .map(({ uri }) => uri),
    }),
  })

export const applicationKinds = ['web', 'public', 'm2m'] as const
/** `web` keeps a secret, `public` does not. */
export type ApplicationKind = (typeof applicationKinds)[number]

/** What was chosen for good, so nothing is made of what was not. @throws Refusal 422 */
export const chosenOf = <Choice extends string>(
  fields: FormFields,
  name: string,
  choices: readonly Choice[],
): Choice => {
  const chosen = choices.find((each) => each === fields.text(name))
  if (!chosen) throw invalidField(name, 'invalid_value', 'is none that there is')
  return chosen
}

/** The field of the form of a new secret beside which a fault is told. */
export const secretFieldOf = (field: string): string =>
  field === 'name' || field === 'client_secrets' ? 'secret_name' : field
