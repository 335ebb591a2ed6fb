import { Button, Form } from '../../html/form.tsx'
import { AlertIcon } from '../../html/icons.tsx'
import type { FilledForm } from '../filled-form.ts'
import { FormProblem } from './fields.tsx'

/** Sends a picture that is chosen on the machine of the reader (RFC 7578). */
export const PictureForm = (props: {
  readonly action: string
  readonly csrfToken: string
  readonly form: FilledForm
  readonly id: string
  /** What was in the picture that was sent just now, and is not served. */
  readonly leftOut?: readonly string[] | undefined
}) => {
  const { action, csrfToken, form, id, leftOut } = props
  const error = form.error('picture')
  return (
    <Form action={action} csrfToken={csrfToken} encoding="multipart/form-data" class="filters">
      <FormProblem form={form} />
      {leftOut && (
        <p id={`${id}-left-out`} class="field-saved" role="status">
          Saved, without what could run, load or tell of whoever drew it: <bdi>{leftOut.join(', ')}</bdi>
        </p>
      )}
      <div class="field">
        <label for={id}>Picture</label>
        <input
          id={id}
          type="file"
          name="picture"
          accept="image/png,image/webp,image/svg+xml"
          required
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
        />
        {error !== undefined && (
          <p id={`${id}-error`} class="field-error">
            <AlertIcon />
            {error}
          </p>
        )}
      </div>
      <Button id={`upload-${id}`} weight="choice">
        Upload
      </Button>
    </Form>
  )
}
