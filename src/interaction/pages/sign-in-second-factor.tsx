import { Button, Field } from '../../html/form.tsx'
import { PasskeyAction, type PasskeyAsking, PasskeyFields, PasskeyMissing } from './passkey-action.tsx'
import { SignInAlternatives } from './sign-in-alternatives.tsx'
import { SignInForm, SignInFrame, type SignInFrameProps } from './sign-in-frame.tsx'

export interface SignInSecondFactorProps extends SignInFrameProps {
  /** What the main form of the page takes. */
  readonly asks: 'totp' | 'recovery' | 'passkey'
  readonly passkey?: PasskeyAsking | undefined
  readonly passkeyAction: string
  /** Links to the page with another of its forms, where there is one. */
  readonly recoveryLocation?: string | undefined
  readonly otherWayLocation?: string | undefined
  readonly mayDecline: boolean
  readonly scriptPath: string | undefined
  readonly errors?: { readonly form?: string; readonly code?: string }
}

/** The server tells by the name which of them it is. */
const codeFields = {
  totp: { name: 'code', type: 'digits', autocomplete: 'one-time-code' },
  recovery: { name: 'recovery_code', type: 'code', autocomplete: 'off' },
} as const

/** One factor is proved; now another. */
export const SignInSecondFactor = (props: SignInSecondFactorProps) => {
  const { text, asks, passkey, errors = {} } = props
  const words = text.secondFactor
  return (
    <SignInFrame
      frame={props}
      title={asks === 'recovery' ? words.recoveryTitle : words.title}
      lead={{ totp: words.aboutCode, recovery: words.aboutRecoveryCode, passkey: words.aboutPasskey }[asks]}
      scriptPath={props.scriptPath}
      error={errors.form}
      hasErrors={errors.code !== undefined}
    >
      {asks !== 'passkey' && (
        <SignInForm frame={props} class="stack">
          <Field
            {...codeFields[asks]}
            label={asks === 'totp' ? words.code : words.recoveryCode}
            error={errors.code}
            isFormRefused={errors.form !== undefined}
            focused
          />
          <Button id="continue" weight="primary">
            {words.submit}
          </Button>
        </SignInForm>
      )}
      {asks === 'passkey' && passkey && (
        <>
          <PasskeyMissing text={text.passkeys} />
          <PasskeyButton props={props} asking={passkey} weight="primary" />
        </>
      )}
      {asks === 'totp' && passkey && (
        <SignInAlternatives separator={text.emailCodes.or}>
          <PasskeyButton props={props} asking={passkey} weight="choice" />
        </SignInAlternatives>
      )}
      <div class="links">
        {props.recoveryLocation !== undefined && (
          <a id="use-recovery-code" class="button button-quiet" href={props.recoveryLocation}>
            {words.useRecoveryCode}
          </a>
        )}
        {props.otherWayLocation !== undefined && (
          <a id="use-another-way" class="button button-quiet" href={props.otherWayLocation}>
            {words.useAnotherWay}
          </a>
        )}
        {props.mayDecline && (
          <SignInForm frame={props}>
            <Button id="not-now" name="decision" value="not_now" weight="quiet">
              {words.notNow}
            </Button>
          </SignInForm>
        )}
      </div>
    </SignInFrame>
  )
}

const PasskeyButton = ({
  props,
  asking,
  weight,
}: {
  readonly props: SignInSecondFactorProps
  readonly asking: PasskeyAsking
  readonly weight: 'primary' | 'choice'
}) => (
  <PasskeyAction ceremony="get" asking={asking} text={props.text.passkeys}>
    <SignInForm frame={props} action={props.passkeyAction}>
      <PasskeyFields asking={asking} />
      <Button id="use-passkey" weight={weight}>
        {props.text.secondFactor.usePasskey}
      </Button>
    </SignInForm>
  </PasskeyAction>
)
