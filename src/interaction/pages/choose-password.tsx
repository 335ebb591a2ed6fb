import { Button, Field } from '../../html/form.tsx'
import { Filled } from '../../html/sentence.tsx'
import { SignInForm, SignInFrame, type SignInFrameProps, Username } from './sign-in-frame.tsx'

export interface ChoosePasswordProps extends SignInFrameProps {
  /** Whose mailbox was proved. */
  readonly email: string
  /** Of a new account, which has a name as well. */
  readonly newAccount: { readonly name?: string } | null
  readonly errors?: { readonly form?: string; readonly name?: string; readonly password?: string }
}

/** What comes after a mailbox was proved: a new password, or an account with its first one. */
export const ChoosePassword = (props: ChoosePasswordProps) => {
  const { text, email, newAccount, errors = {} } = props
  const words = text.emailCodes
  const isFormRefused = errors.form !== undefined
  return (
    <SignInFrame
      frame={props}
      title={newAccount ? words.signUpTitle : words.newPasswordTitle}
      lead={
        <Filled
          sentence={newAccount ? words.accountFor : words.newPasswordAbout}
          values={{ email: <strong>{email}</strong> }}
        />
      }
      error={errors.form}
      hasErrors={errors.name !== undefined || errors.password !== undefined}
    >
      <SignInForm frame={props} class="stack">
        {newAccount && (
          <Field
            name="name"
            label={words.name}
            type="text"
            autocomplete="name"
            value={newAccount.name}
            error={errors.name}
            isFormRefused={isFormRefused}
            focused={errors.password === undefined}
          />
        )}
        <Username email={email} />
        <Field
          name="password"
          label={newAccount ? words.choosePassword : text.accountPages.password.next}
          type="password"
          autocomplete="new-password"
          hint={text.accountPages.password.hint}
          error={errors.password}
          isFormRefused={isFormRefused}
          focused={!newAccount || errors.password !== undefined}
        />
        <Button id={newAccount ? 'create-account' : 'save-password'} weight="primary">
          {newAccount ? words.createAccount : words.save}
        </Button>
      </SignInForm>
    </SignInFrame>
  )
}
