import { Button } from '../../html/form.tsx'
import { PasskeyAction, type PasskeyAsking, PasskeyFields, PasskeyMissing } from './passkey-action.tsx'
import { SignInForm, SignInFrame, type SignInFrameProps } from './sign-in-frame.tsx'
import { TotpConfirmation, TotpSecret, type TotpSetUpProps } from './totp-set-up.tsx'

export interface SignInSetUpFactorProps extends SignInFrameProps {
  /** What may be set up: one or both. */
  readonly totp?: TotpSetUpProps | undefined
  readonly passkey?: PasskeyAsking | undefined
  readonly passkeyAction: string
  /** In the place of both: where whoever signed in too long ago does so once more. */
  readonly signInAgain?: string
  readonly mayDecline: boolean
  readonly scriptPath: string | undefined
  readonly errors?: { readonly form?: string; readonly code?: string }
}

/** A second factor is wanted of somebody who has none. */
export const SignInSetUpFactor = (props: SignInSetUpFactorProps) => {
  const { text, totp, passkey, signInAgain, errors = {} } = props
  const words = text.setUpFactor
  return (
    <SignInFrame
      frame={props}
      title={words.title}
      lead={words.about}
      scriptPath={props.scriptPath}
      error={errors.form}
      hasErrors={errors.code !== undefined}
    >
      {signInAgain !== undefined && (
        <>
          <p>{words.aboutSignInAgain}</p>
          <a id="sign-in-again" class="button button-primary" href={signInAgain}>
            {words.signInAgain}
          </a>
        </>
      )}
      {passkey && (
        <section class="factor" aria-labelledby="passkey-title">
          <h2 id="passkey-title">{words.passkeyTitle}</h2>
          <p>{words.aboutPasskey}</p>
          <PasskeyMissing text={text.passkeys} />
          <PasskeyAction ceremony="create" asking={passkey} text={text.passkeys}>
            <SignInForm frame={props} action={props.passkeyAction}>
              <PasskeyFields asking={passkey} />
              <Button id="create-passkey" weight={totp ? 'choice' : 'primary'}>
                {words.createPasskey}
              </Button>
            </SignInForm>
          </PasskeyAction>
        </section>
      )}
      {totp && (
        <section class="factor" aria-labelledby="totp-title">
          <h2 id="totp-title">{words.totpTitle}</h2>
          <TotpSecret setUp={totp} text={words} />
          <SignInForm frame={props} class="stack">
            <TotpConfirmation
              setUp={totp}
              text={words}
              error={errors.code}
              isFormRefused={errors.form !== undefined}
            />
          </SignInForm>
        </section>
      )}
      {props.mayDecline && (
        <SignInForm frame={props} class="links">
          <Button id="not-now" name="decision" value="not_now" weight="quiet">
            {text.secondFactor.notNow}
          </Button>
        </SignInForm>
      )}
    </SignInFrame>
  )
}
