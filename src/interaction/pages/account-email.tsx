import { Button, Field, Form, FormError } from '../../html/form.tsx'
import { Filled } from '../../html/sentence.tsx'
import { AccountFrame, type AccountFrameProps } from './account-frame.tsx'

export interface AccountEmailProps extends AccountFrameProps {
  readonly action: string
  readonly backHref: string
  /** Filled in. */
  readonly email: string
  /** Where a code was sent, and what goes along with it; undefined as long as none was. */
  readonly sent?: { readonly sealedChange: string; readonly startOverHref: string }
  readonly errors?: { readonly form?: string; readonly email?: string; readonly code?: string }
}

/** Which address, and then the code that was sent there. */
export const AccountEmail = (props: AccountEmailProps) => {
  const { email, sent, errors = {} } = props
  const { email: text } = props.text.accountPages
  const title = sent ? text.codeTitle : text.title
  const isFormRefused = errors.form !== undefined
  return (
    <AccountFrame frame={props} title={title} section="profile" hasErrors={Object.keys(errors).length > 0}>
      <div class="heading heading-start">
        <h1>{title}</h1>
        <p>
          {sent ? <Filled sentence={text.sentTo} values={{ email: <strong>{email}</strong> }} /> : text.about}
        </p>
      </div>
      {errors.form !== undefined && <FormError>{errors.form}</FormError>}
      <Form action={props.action} csrfToken={props.csrfToken} class="stack">
        {sent ? (
          <>
            <input type="hidden" name="change" value={sent.sealedChange} />
            <Field
              name="code"
              label={text.code}
              type="digits"
              autocomplete="one-time-code"
              error={errors.code}
              isFormRefused={isFormRefused}
              focused
            />
          </>
        ) : (
          <Field
            name="email"
            label={text.next}
            type="email"
            autocomplete="email"
            value={email}
            error={errors.email}
            isFormRefused={isFormRefused}
            focused
          />
        )}
        <div class="account-actions">
          <Button id="save" weight="primary">
            {sent ? text.save : text.send}
          </Button>
          {sent && (
            <a id="start-over" class="button button-quiet" href={sent.startOverHref}>
              {text.startOver}
            </a>
          )}
          <a id="cancel" class="button button-quiet" href={props.backHref}>
            {text.cancel}
          </a>
        </div>
      </Form>
    </AccountFrame>
  )
}
