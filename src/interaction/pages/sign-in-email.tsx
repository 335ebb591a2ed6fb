import { Button, Field } from '../../html/form.tsx'
import { SignInAlternatives } from './sign-in-alternatives.tsx'
import { type ProviderButton, ProviderForm } from './sign-in-at-provider.tsx'
import { SignInForm, SignInFrame, type SignInFrameProps } from './sign-in-frame.tsx'
import { SignInPasskey, type SignInPasskeyProps } from './sign-in-passkey.tsx'

export interface SignInEmailProps extends SignInFrameProps {
  /** Filled in, after a failed attempt or from `login_hint`. */
  readonly email?: string
  /** Where one creates an account, if everybody may. */
  readonly createAccount?: string
  /** Where one can be used. */
  readonly passkey?: SignInPasskeyProps | undefined
  readonly errors?: { readonly form?: string; readonly email?: string }
  /** At which one may sign in instead. */
  readonly providers: readonly ProviderButton[]
  readonly providerAction: string
}

/** Where signing in begins: who is it? */
export const SignInEmail = (props: SignInEmailProps) => {
  const { text, errors = {} } = props
  return (
    <SignInFrame
      frame={props}
      scriptPath={props.passkey?.scriptPath}
      error={errors.form}
      hasErrors={errors.email !== undefined}
    >
      <SignInForm frame={props} class="stack">
        <Field
          name="email"
          label={text.signIn.email}
          type="email"
          // WebAuthn §5.1.4: browsers offer passkeys among the names.
          autocomplete={props.passkey ? 'username webauthn' : 'username'}
          value={props.email}
          error={errors.email}
          isFormRefused={errors.form !== undefined}
          focused
        />
        <Button id="continue" weight="primary">
          {text.signIn.continue}
        </Button>
      </SignInForm>
      <SignInAlternatives separator={text.emailCodes.or}>
        {props.passkey && <SignInPasskey frame={props} passkey={props.passkey} isOffered />}
        {props.providers.map((provider) => (
          <ProviderForm key={provider.id} frame={props} action={props.providerAction} provider={provider} />
        ))}
      </SignInAlternatives>
      {props.createAccount !== undefined && (
        <SignInAlternatives separator={text.emailCodes.noAccount}>
          <a id="create-account" class="button button-choice" href={props.createAccount}>
            {text.emailCodes.createAccount}
          </a>
        </SignInAlternatives>
      )}
    </SignInFrame>
  )
}
