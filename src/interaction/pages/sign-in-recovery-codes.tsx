import { Button } from '../../html/form.tsx'
import { Notice } from '../../html/notice.tsx'
import { Filled } from '../../html/sentence.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { SignInForm, SignInFrame, type SignInFrameProps } from './sign-in-frame.tsx'

export interface SignInRecoveryCodesProps extends SignInFrameProps {
  /** New ones, to be saved; or how few are left. */
  readonly codes: readonly string[] | number
}

/** Between a factor that was set up, or a recovery code that was used, and what comes next. */
export const SignInRecoveryCodes = (props: SignInRecoveryCodesProps) => {
  const { text, codes } = props
  const words = text.recoveryCodes
  const isFew = typeof codes === 'number'
  return (
    <SignInFrame
      frame={props}
      title={isFew ? words.fewTitle : words.title}
      {...(!isFew && { lead: words.about })}
    >
      {isFew ? (
        <Notice kind="caution">
          <Filled sentence={words.few} values={{ count: codes }} />
        </Notice>
      ) : (
        <RecoveryCodes codes={codes} text={words} />
      )}
      <SignInForm frame={props} class="stack">
        <Button id={isFew ? 'continue' : 'codes-saved'} weight="primary">
          {isFew ? words.onward : words.saved}
        </Button>
      </SignInForm>
    </SignInFrame>
  )
}
