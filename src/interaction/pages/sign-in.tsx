import { Button, Field, Form, FormError } from '../../html/form.tsx'
import { type Logo, Tile } from '../../html/logo.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface SignInProps extends FrameProps {
  readonly action: string
  readonly csrfToken: string
  /** Absent where the page was opened by itself. */
  readonly sealedRequest?: string | undefined
  /** Whether there is an application to go back to. */
  readonly mayCancel: boolean
  /** What asked for the sign-in; null when a person came by themselves. */
  readonly application: { readonly name: string; readonly logo?: Logo } | null
  /** Filled in, after a failed attempt or from `login_hint`. */
  readonly email?: string
  readonly errors?: { readonly form?: string; readonly email?: string; readonly password?: string }
}

export const SignIn = (props: SignInProps) => {
  const { text, application, errors = {} } = props
  const focus = fieldToFocus(props)
  // The cursor is in a field by the time the page is read out, past the notice.
  const describedBy = errors.form === undefined ? undefined : 'form-error'
  return (
    <Frame
      frame={props}
      title={
        application ? fill(text.signIn.toContinueTo, { application: application.name }) : text.signIn.title
      }
      hasErrors={Object.keys(errors).length > 0}
    >
      <div class="heading">
        {application && <Tile name={application.name} logo={application.logo} large />}
        <h1>
          {application ? (
            <Filled sentence={text.signIn.toContinueTo} values={{ application: application.name }} />
          ) : (
            text.signIn.title
          )}
        </h1>
      </div>
      {errors.form !== undefined && <FormError>{errors.form}</FormError>}
      <Form
        action={props.action}
        csrfToken={props.csrfToken}
        sealedRequest={props.sealedRequest}
        class="stack"
      >
        <Field
          name="email"
          label={text.signIn.email}
          type="email"
          autocomplete="username"
          value={props.email}
          error={errors.email}
          describedBy={describedBy}
          focused={focus === 'email'}
        />
        <Field
          name="password"
          label={text.signIn.password}
          type="password"
          autocomplete="current-password"
          error={errors.password}
          describedBy={describedBy}
          focused={focus === 'password'}
        />
        <Button id="sign-in" weight="primary">
          {text.signIn.submit}
        </Button>
      </Form>
      {props.mayCancel && (
        <Form
          action={props.action}
          csrfToken={props.csrfToken}
          sealedRequest={props.sealedRequest}
          class="way-back"
        >
          <Button id="cancel" name="decision" value="cancel" weight="quiet">
            {text.signIn.cancel}
          </Button>
        </Form>
      )}
    </Frame>
  )
}

const fieldToFocus = ({ email, errors = {} }: SignInProps): 'email' | 'password' => {
  if (errors.email !== undefined) return 'email'
  return errors.password !== undefined || email !== undefined ? 'password' : 'email'
}
