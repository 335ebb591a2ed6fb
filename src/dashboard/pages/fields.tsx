import type { ComponentChildren } from 'preact'
import { FormError } from '../../html/form.tsx'
import { AlertIcon } from '../../html/icons.tsx'
import type { FilledForm } from '../filled-form.ts'
import { PRESENT } from '../form-fields.ts'

/*
 * Fields of the forms of the dashboard: each knows its value and its fault from the form, by its name, which is its id.
 */

interface FieldProps {
  readonly form: FilledForm
  readonly name: string
  readonly label: ComponentChildren
  /** What is good to know before it is filled in. */
  readonly hint?: ComponentChildren
  readonly isOptional?: boolean
  /** All of its form are optional, and the page says so once. */
  readonly isUnmarked?: boolean
}

/** The label, the hint and the fault around a control, and how the control is joined to them. */
const Labelled = (
  props: FieldProps & { readonly children: (attributes: Record<string, unknown>) => ComponentChildren },
) => {
  const { form, name, label, hint, isOptional = false, isUnmarked = false } = props
  const error = form.error(name)
  const saved = form.savedMeanwhile(name)
  const description = [
    error === undefined ? undefined : `${name}-error`,
    saved === undefined ? undefined : `${name}-saved`,
    hint === undefined ? undefined : `${name}-hint`,
  ].filter((id) => id !== undefined)
  return (
    <div class="field">
      <label for={name}>
        {label}
        {isOptional && !isUnmarked && <span class="optional"> (optional)</span>}
      </label>
      {hint !== undefined && (
        <p id={`${name}-hint`} class="field-hint">
          {hint}
        </p>
      )}
      {props.children({
        id: name,
        name,
        required: !isOptional,
        'aria-invalid': error !== undefined,
        ...(description.length > 0 && { 'aria-describedby': description.join(' ') }),
      })}
      <SavedMeanwhile form={form} name={name} />
      {error !== undefined && (
        <p id={`${name}-error`} class="field-error">
          <AlertIcon />
          {error}
        </p>
      )}
    </div>
  )
}

const SavedMeanwhile = (props: {
  readonly form: FilledForm
  readonly name: string
  /** What there was to choose among. */
  readonly choices?: readonly Choice[]
}) => {
  const { form, name, choices = [] } = props
  const saved = form.savedMeanwhile(name)
  if (saved === undefined) return null
  const words = saved.split('\n').map((one) => choices.find(({ value }) => value === one)?.label ?? one)
  return (
    <p id={`${name}-saved`} class="field-saved">
      Saved meanwhile:{' '}
      <bdi>
        {words.every((word) => word === '') ? 'nothing' : words.join(choices.length > 0 ? ', ' : '\n')}
      </bdi>
    </p>
  )
}

export const TextField = (
  props: FieldProps & {
    readonly kind?: 'text' | 'email' | 'url' | 'number'
    readonly placeholder?: string
    /** What it is sent as, where another field of the page has that name. */
    readonly queryName?: string
  },
) => (
  <Labelled {...props}>
    {(attributes) => (
      <input
        {...attributes}
        {...(props.queryName !== undefined && { name: props.queryName })}
        // Of no other type: browsers change what is typed into those, and say in words of their own what is wrong.
        type="text"
        inputMode={inputModes[props.kind ?? 'text']}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        dir={props.kind === undefined || props.kind === 'text' ? 'auto' : 'ltr'}
        placeholder={props.placeholder}
        value={props.form.value(props.name)}
      />
    )}
  </Labelled>
)

/** Of somebody else: managers of passwords are not to fill in that of the operator. */
export const PasswordField = (props: FieldProps) => (
  <Labelled {...props}>
    {(attributes) => <input {...attributes} type="password" autocomplete="new-password" dir="ltr" />}
  </Labelled>
)

const inputModes = { text: 'text', email: 'email', url: 'url', number: 'numeric' } as const

/** Several lines; of a list, one entry on each. */
export const AreaField = (
  props: FieldProps & { readonly rows?: number; readonly isCode?: boolean; readonly placeholder?: string },
) => (
  <Labelled {...props}>
    {(attributes) => (
      <textarea
        {...attributes}
        class={props.isCode ? 'code-area' : undefined}
        rows={props.rows ?? 3}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        dir={props.isCode ? 'ltr' : 'auto'}
        placeholder={props.placeholder}
        // Browsers leave out a line break that follows the tag.
        value={props.form.value(props.name)}
      />
    )}
  </Labelled>
)

export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint?: ComponentChildren
}

export const SelectField = (props: FieldProps & { readonly choices: readonly Choice[] }) => (
  <Labelled {...props}>
    {(attributes) => (
      <select {...attributes}>
        {props.choices.map(({ value, label }) => (
          <option key={value} value={value} selected={props.form.value(props.name) === value}>
            {label}
          </option>
        ))}
      </select>
    )}
  </Labelled>
)

/** Without it nothing that is sent would tell boxes that are not ticked from a form that has none. */
const Present = ({ name }: { readonly name: string }) => (
  <input type="hidden" name={`${PRESENT}${name}`} value="" />
)

/** One of a few, each with what it means; `checkbox` for any number of them. */
export const ChoiceField = (
  props: FieldProps & { readonly type: 'radio' | 'checkbox'; readonly choices: readonly Choice[] },
) => {
  const { form, name, label, hint, type, choices, isOptional = false, isUnmarked = false } = props
  const error = form.error(name)
  const chosen = form.values(name)
  return (
    <fieldset
      class="choices"
      id={name}
      aria-describedby={
        [
          error === undefined ? '' : `${name}-error`,
          form.savedMeanwhile(name) === undefined ? '' : `${name}-saved`,
          hint === undefined ? '' : `${name}-hint`,
        ]
          .filter((id) => id !== '')
          .join(' ') || undefined
      }
    >
      <legend>
        {label}
        {isOptional && !isUnmarked && <span class="optional"> (optional)</span>}
      </legend>
      <Present name={name} />
      {hint !== undefined && (
        <p id={`${name}-hint`} class="field-hint">
          {hint}
        </p>
      )}
      {choices.map((choice) => (
        <label class="choice" key={choice.value} for={`${name}-${choice.value}`}>
          <input
            id={`${name}-${choice.value}`}
            type={type}
            name={name}
            value={choice.value}
            checked={chosen.includes(choice.value)}
            aria-invalid={error !== undefined}
          />
          <span class="choice-text">
            <span>{choice.label}</span>
            {choice.hint !== undefined && <span class="choice-hint">{choice.hint}</span>}
          </span>
        </label>
      ))}
      <SavedMeanwhile form={form} name={name} choices={choices} />
      {error !== undefined && (
        <p id={`${name}-error`} class="field-error">
          <AlertIcon />
          {error}
        </p>
      )}
    </fieldset>
  )
}

/** One that is on or off. */
export const CheckField = ({ form, name, label, hint }: FieldProps) => (
  <div class="field">
    <Present name={name} />
    <label class="choice" for={name}>
      <input
        id={name}
        type="checkbox"
        name={name}
        value="on"
        checked={form.values(name).includes('on')}
        aria-describedby={hint === undefined ? undefined : `${name}-hint`}
      />
      <span class="choice-text">
        <span>{label}</span>
        {hint !== undefined && (
          <span id={`${name}-hint`} class="choice-hint">
            {hint}
          </span>
        )}
      </span>
    </label>
    <SavedMeanwhile
      form={form}
      name={name}
      choices={[
        { value: 'on', label: 'ticked' },
        { value: '', label: 'not ticked' },
      ]}
    />
    {form.error(name) !== undefined && (
      <p id={`${name}-error`} class="field-error">
        <AlertIcon />
        {form.error(name)}
      </p>
    )}
  </div>
)

/** What is wrong with the form as a whole. */
export const FormProblem = ({ form }: { readonly form: FilledForm }) =>
  form.problem === undefined ? null : <FormError>{form.problem}</FormError>
