import { Button, Field } from '../../html/form.tsx'
import { Notice } from '../../html/notice.tsx'
import { Filled } from '../../html/sentence.tsx'
import { UseAnotherAccount } from './account.tsx'
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
  const saysAnother = props.isAnother && errors.form === undefined && errors.code === undefined
  return (
    <SignInFrame
      frame={props}
      title={props.verifies ? words.verifyTitle : words.checkEmail}
      lead={
        <Filled sentence={props.isSent ? sent : words.verify} values={{ email: <strong>{email}</strong> }} />
      }
      leadId="about-code"
      error={errors.form}
      hasErrors={errors.code !== undefined}
    >
      {saysAnother && (
        <Notice kind="done" id="sent-another" role="status">
          {words.sentAnother}
        </Notice>
      )}
      {props.isSent && (
        <SignInForm frame={props} class="stack">
          <Field
            name="code"
            label={words.code}
            type="digits"
            autocomplete="one-time-code"
            hint={words.hint}
            error={errors.code}
            isFormRefused={errors.form !== undefined}
            describedBy={saysAnother ? 'sent-another about-code' : 'about-code'}
            focused
          />
          <Button id="continue" weight="primary">
            {words.submit}
          </Button>
        </SignInForm>
      )}
      {!props.isSent && <SendCode {...props} label={words.sendCode} weight="primary" />}
      <div class="links">
        {props.isSent && <SendCode {...props} label={words.sendAnother} weight="quiet" />}
        <UseAnotherAccount text={text} another={{ href: props.useAnotherAccount }} />
      </div>
    </SignInFrame>
  )
}

const SendCode = (
  props: SignInCodeProps & { readonly label: string; readonly weight: 'primary' | 'quiet' },
) => (
  <SignInForm frame={props} action={props.sendAction} class="stack">
    <Button
      id="send-code"
      name="purpose"
      value={props.verifies ? 'verify_email' : 'again'}
      weight={props.weight}
    >
      {props.label}
    </Button>
  </SignInForm>
)
