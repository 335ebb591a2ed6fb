import { Button, Field } from '../../html/form.tsx'
import { SignInAlternatives } from './sign-in-alternatives.tsx'
import { SignInForm, SignInFrame, type SignInFrameProps } from './sign-in-frame.tsx'

export interface SignUpProps extends SignInFrameProps {
  readonly email?: string
  /** Where one signs in who has an account. */
  readonly signInInstead: string
  readonly errors?: { readonly form?: string; readonly email?: string }
}

/** Where an account begins: for which address? */
export const SignUp = (props: SignUpProps) => {
  const { text, errors = {} } = props
  return (
    <SignInFrame
      frame={props}
      title={text.emailCodes.createAccount}
      error={errors.form}
      hasErrors={errors.email !== undefined}
    >
      <SignInForm frame={props} class="stack">
        <Field
          name="email"
          label={text.signIn.email}
          type="email"
          autocomplete="username"
          value={props.email}
          error={errors.email}
          isFormRefused={errors.form !== undefined}
          focused
        />
        <Button id="continue" weight="primary">
          {text.signIn.continue}
        </Button>
      </SignInForm>
      <SignInAlternatives separator={text.emailCodes.haveAccount}>
        <a id="sign-in-instead" class="button button-choice" href={props.signInInstead}>
          {text.emailCodes.signInInstead}
        </a>
      </SignInAlternatives>
    </SignInFrame>
  )
}
