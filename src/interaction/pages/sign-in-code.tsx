import { Button, Field } from '../../html/form.tsx'
import { Filled } from '../../html/sentence.tsx'
import { SignInForm, SignInFrame, type SignInFrameProps } from './sign-in-frame.tsx'

export interface SignInCodeProps extends SignInFrameProps {
  /** Where the code went; or goes, if none was sent yet. */
  readonly email: string
  /** Otherwise it is when they say so. */
  readonly isSent: boolean
  /** It is sent to an account alone, and must not be told whether there is one. */
  readonly isForAccount: boolean
  /** There was one before it. */
  readonly isAnother: boolean
  /** It is about whether the address is theirs. */
  readonly verifies: boolean
  readonly sendAction: string
  /** Where one says to be somebody else. */
  readonly useAnotherAccount: string
  readonly errors?: { readonly form?: string; readonly code?: string }
}

/** Asks for the code that came by mail. */
export const SignInCode = (props: SignInCodeProps) => {
  const { text, email, errors = {} } = props
  const words = text.emailCodes
  const sent = props.isForAccount ? words.sentIfAccount : words.sent
  return (
    <SignInFrame
      frame={props}
      title={props.verifies ? words.verifyTitle : words.checkEmail}
      error={errors.form}
      hasErrors={errors.code !== undefined}
    >
      {props.isAnother && errors.form === undefined && errors.code === undefined && (
        <div id="sent-another" class="notice" role="status">
          <p>{words.sentAnother}</p>
        </div>
      )}
      <p id="about-code" class="lead">
        <Filled sentence={props.isSent ? sent : words.verify} values={{ email }} />
      </p>
      {props.isSent && (
        <SignInForm frame={props} class="stack">
          <Field
            name="code"
            label={words.code}
            type="digits"
            autocomplete="one-time-code"
            hint={words.hint}
            error={errors.code}
            describedBy={errors.form === undefined ? undefined : 'form-error'}
            focused
          />
          <Button id="continue" weight="primary">
            {words.submit}
          </Button>
        </SignInForm>
      )}
      <SignInForm frame={props} action={props.sendAction} class={props.isSent ? 'way-back' : 'stack'}>
        <Button
          id="send-code"
          name="purpose"
          value={props.verifies ? 'verify_email' : 'again'}
          weight={props.isSent ? 'quiet' : 'primary'}
        >
          {props.isSent ? words.sendAnother : words.sendCode}
        </Button>
      </SignInForm>
      <p class="way-back">
        <a id="use-another-account" class="button button-quiet" href={props.useAnotherAccount}>
          {text.account.useAnother}
        </a>
      </p>
    </SignInFrame>
  )
}
