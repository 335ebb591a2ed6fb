import { Button, Field } from '../../html/form.tsx'
import { Notice } from '../../html/notice.tsx'
import { Filled } from '../../html/sentence.tsx'
import type { Account } from './account.tsx'
import { SignInAlternatives } from './sign-in-alternatives.tsx'
import { type ProviderButton, ProviderForm } from './sign-in-at-provider.tsx'
import {
  ONCE_MORE_ID,
  SignInForm,
  SignInFrame,
  type SignInFrameProps,
  SigningInAs,
  Username,
} from './sign-in-frame.tsx'
import { SignInPasskey, type SignInPasskeyProps } from './sign-in-passkey.tsx'

export interface SignInPasswordProps extends SignInFrameProps {
  /** Whose password is asked for. */
  readonly account: Account
  /** Where one says to be somebody else. */
  readonly useAnotherAccount: string
  /** Where a code is asked for, and what for. */
  readonly sendCode: string
  readonly offersReset: boolean
  readonly offersCode: boolean
  /** Where one can be used. */
  readonly passkey?: SignInPasskeyProps | undefined
  /** Of whoever's organization the address is. */
  readonly providers: readonly ProviderButton[]
  readonly providerAction: string
  /** What named this account, and is connected with it once they have shown that it is theirs. */
  readonly linkedProvider?: string
  readonly errors?: { readonly form?: string; readonly password?: string }
}

export const SignInPassword = (props: SignInPasswordProps) => {
  const { text, account, errors = {} } = props
  const describedBy = [
    ...(props.isOnceMore ? [ONCE_MORE_ID] : []),
    ...(props.linkedProvider === undefined ? [] : ['linking']),
  ]
  return (
    <SignInFrame
      frame={props}
      scriptPath={props.passkey?.scriptPath}
      error={errors.form}
      hasErrors={errors.password !== undefined}
    >
      {props.linkedProvider !== undefined && (
        <Notice kind="note" id="linking">
          <Filled
            sentence={text.identityProviders.linking}
            values={{ provider: <strong>{props.linkedProvider}</strong> }}
          />
        </Notice>
      )}
      <SigningInAs frame={props} account={account} useAnotherAccount={props.useAnotherAccount} />
      <SignInForm frame={props} class="stack">
        {/* The language of this page, for an answer that is given before anything sealed is opened. */}
        <input type="hidden" name="ui_locales" value={text.language.tag} />
        <Username email={account.email} />
        <Field
          name="password"
          label={text.signIn.password}
          type="password"
          autocomplete="current-password"
          error={errors.password}
          isFormRefused={errors.form !== undefined}
          describedBy={describedBy.length === 0 ? undefined : describedBy.join(' ')}
          focused
        />
        <Button id="sign-in" weight="primary">
          {text.signIn.submit}
        </Button>
      </SignInForm>
      {props.offersReset && (
        <SignInForm frame={props} action={props.sendCode} class="way-back">
          <Button id="forgot-password" name="purpose" value="reset_password" weight="quiet">
            {text.emailCodes.forgotPassword}
          </Button>
        </SignInForm>
      )}
      <SignInAlternatives separator={text.emailCodes.or}>
        {props.passkey && <SignInPasskey frame={props} passkey={props.passkey} />}
        {props.offersCode && (
          <SignInForm frame={props} action={props.sendCode}>
            <Button id="email-code" name="purpose" value="sign_in" weight="choice">
              {text.emailCodes.emailMeACode}
            </Button>
          </SignInForm>
        )}
        {props.providers.map((provider) => (
          <ProviderForm key={provider.id} frame={props} action={props.providerAction} provider={provider} />
        ))}
      </SignInAlternatives>
    </SignInFrame>
  )
}
