import { Button, Field, Form, FormError } from '../../html/form.tsx'
import { AccountFrame, type AccountFrameProps } from './account-frame.tsx'

export interface AccountPasswordProps extends AccountFrameProps {
  readonly action: string
  readonly backHref: string
  /** For password managers. */
  readonly email: string
  /** Whether there is one to be asked for. */
  readonly isSet: boolean
  readonly endsOthers: boolean
  readonly errors?: {
    readonly form?: string
    readonly current_password?: string
    readonly new_password?: string
  }
}

export const AccountPassword = (props: AccountPasswordProps) => {
  const { isSet, errors = {} } = props
  const { password: text } = props.text.accountPages
  const title = isSet ? text.changeTitle : text.setTitle
  const isFormRefused = errors.form !== undefined
  return (
    <AccountFrame frame={props} title={title} section="security" hasErrors={Object.keys(errors).length > 0}>
      <div class="heading heading-start">
        <h1>{title}</h1>
      </div>
      {errors.form !== undefined && <FormError>{errors.form}</FormError>}
      <Form action={props.action} csrfToken={props.csrfToken} class="stack">
        {/* Whose password it is: password managers file it under this. */}
        <input type="text" name="username" autocomplete="username" value={props.email} hidden readOnly />
        {isSet && (
          <Field
            name="current_password"
            label={text.current}
            type="password"
            autocomplete="current-password"
            error={errors.current_password}
            isFormRefused={isFormRefused}
            focused={errors.new_password === undefined}
          />
        )}
        <Field
          name="new_password"
          label={text.next}
          type="password"
          autocomplete="new-password"
          hint={text.hint}
          error={errors.new_password}
          isFormRefused={!isSet && isFormRefused}
          focused={!isSet || errors.new_password !== undefined}
        />
        <div class="check">
          <input
            type="checkbox"
            id="end_others"
            name="end_others"
            value="yes"
            checked={props.endsOthers}
            aria-describedby="end_others-hint"
          />
          <div>
            <label for="end_others">{text.endOthers}</label>
            <p id="end_others-hint" class="field-hint">
              {text.endOthersHint}
            </p>
          </div>
        </div>
        <div class="account-actions">
          <Button id="save" weight="primary">
            {text.save}
          </Button>
          <a id="cancel" class="button button-quiet" href={props.backHref}>
            {text.cancel}
          </a>
        </div>
      </Form>
    </AccountFrame>
  )
}
