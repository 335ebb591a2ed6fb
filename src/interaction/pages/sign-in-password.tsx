import { Button, Field } from '../../html/form.tsx'
import { type Account, AccountRow } from './account.tsx'
import { SignInForm, SignInFrame, type SignInFrameProps } from './sign-in-frame.tsx'

export interface SignInPasswordProps extends SignInFrameProps {
  /** Whose password is asked for. */
  readonly account: Account
  /** Where one says to be somebody else. */
  readonly useAnotherAccount: string
  readonly errors?: { readonly form?: string; readonly password?: string }
}

export const SignInPassword = (props: SignInPasswordProps) => {
  const { text, account, errors = {} } = props
  return (
    <SignInFrame frame={props} error={errors.form} hasErrors={errors.password !== undefined}>
      <div class="panel">
        <AccountRow label={text.signIn.signingInAs} account={account}>
          <a id="use-another-account" class="button button-quiet" href={props.useAnotherAccount}>
            {text.account.useAnother}
          </a>
        </AccountRow>
      </div>
      <SignInForm frame={props} class="stack">
        {/* For password managers alone: whose password it is. */}
        <input
          type="email"
          id="username"
          name="username"
          value={account.email}
          autocomplete="username"
          readOnly
          hidden
        />
        <Field
          name="password"
          label={text.signIn.password}
          type="password"
          autocomplete="current-password"
          error={errors.password}
          describedBy={errors.form === undefined ? undefined : 'form-error'}
          focused
        />
        <Button id="sign-in" weight="primary">
          {text.signIn.submit}
        </Button>
      </SignInForm>
    </SignInFrame>
  )
}
