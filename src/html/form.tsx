import type { ComponentChildren } from 'preact'
import { AlertIcon } from './icons.tsx'
import { Notice } from './notice.tsx'

export interface FormProps {
  readonly action: string
  readonly csrfToken: string
  /** The pending request, sealed; absent where the form belongs to none. */
  readonly sealedRequest?: string | undefined
  readonly class?: string
  /** The previews of the page follow what is typed into it. */
  readonly hasPreview?: boolean
  /** Of a form that has files (RFC 7578). */
  readonly encoding?: 'multipart/form-data'
  readonly children: ComponentChildren
}

/** Every form posts, and carries what proves that it came from one of our pages. */
export const Form = (props: FormProps) => (
  // Native checks are off: their bubbles are not in our words and vanish; the server answers beside the field.
  <form
    method="post"
    action={props.action}
    class={props.class}
    encType={props.encoding}
    data-preview={props.hasPreview}
    noValidate
  >
    <input type="hidden" name="csrf_token" value={props.csrfToken} />
    {props.sealedRequest !== undefined && <input type="hidden" name="request" value={props.sealedRequest} />}
    {props.children}
  </form>
)

/** What makes a form one that is decided once, however often it is sent (interaction/sent-once.ts). */
export const Once = ({ handle }: { readonly handle: string }) => (
  <input type="hidden" name="once" value={handle} />
)

export interface FieldProps {
  /** Also the id: tests, password managers and people's scripts hold on to it. */
  readonly name: string
  readonly label: string
  /** `code` is a few letters to be typed from another screen, `digits` the same of digits. */
  readonly type: 'text' | 'email' | 'password' | 'code' | 'digits'
  readonly autocomplete: string
  readonly value?: string | undefined
  readonly error?: string | undefined
  /** What is good to know before it is filled in. */
  readonly hint?: string | undefined
  readonly isOptional?: boolean
  /** The form as a whole was refused: its `FormError` is heard with the field. */
  readonly isFormRefused?: boolean
  /** Id of what else on the page is to be heard with the field. */
  readonly describedBy?: string | undefined
  readonly focused?: boolean
}

export const Field = (props: FieldProps) => {
  const {
    name,
    label,
    type,
    autocomplete,
    value,
    error,
    hint,
    describedBy,
    isFormRefused,
    focused = false,
  } = props
  // The cursor is in the field by the time the page is read out: what went wrong is heard with it, and first.
  const description = [
    error === undefined ? isFormRefused && FORM_ERROR_ID : `${name}-error`,
    hint !== undefined && `${name}-hint`,
    describedBy,
  ].filter(Boolean)
  const attributes = {
    id: name,
    name,
    autocomplete,
    autocapitalize: type === 'code' ? 'characters' : 'none',
    spellcheck: false,
    dir: type === 'text' ? 'auto' : 'ltr',
    required: props.isOptional !== true,
    autofocus: focused,
    'aria-invalid': error !== undefined,
    ...(value !== undefined && { value }),
    ...(description.length > 0 && { 'aria-describedby': description.join(' ') }),
  } as const
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint !== undefined && (
        <p id={`${name}-hint`} class="field-hint">
          {hint}
        </p>
      )}
      {type === 'password' && <input type="password" {...attributes} />}
      {type === 'email' && <input type="email" {...attributes} />}
      {type === 'text' && <input type="text" {...attributes} />}
      {type === 'code' && <input type="text" class="code" {...attributes} />}
      {type === 'digits' && <input type="text" class="code" inputMode="numeric" {...attributes} />}
      {error !== undefined && (
        <p id={`${name}-error`} class="field-error">
          <AlertIcon />
          {error}
        </p>
      )}
    </div>
  )
}

const FORM_ERROR_ID = 'form-error'

/** What went wrong with the form as a whole. */
export const FormError = ({ children }: { children: ComponentChildren }) => (
  <Notice kind="danger" id={FORM_ERROR_ID} role="alert">
    {children}
  </Notice>
)

export interface ButtonProps {
  readonly id?: string
  readonly name?: string
  readonly value?: string
  /** `choice` is for answers of equal weight, `quiet` for what stands beside the main thing, `danger` for what ends something. */
  readonly weight: 'primary' | 'choice' | 'quiet' | 'danger'
  /** What is heard in the place of what stands on it, which has to begin in the same way. */
  readonly label?: string
  readonly children: ComponentChildren
}

export const Button = ({ weight, label, children, ...attributes }: ButtonProps) => (
  <button type="submit" class={`button button-${weight}`} aria-label={label} {...attributes}>
    {children}
  </button>
)
