import { AccountFrame, type AccountFrameProps } from './account-frame.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

export interface AccountRecoveryCodesProps extends AccountFrameProps {
  readonly codes: readonly string[]
  readonly onwardHref: string
}

/** New ones, shown once. */
export const AccountRecoveryCodes = (props: AccountRecoveryCodesProps) => {
  const { recoveryCodes: words } = props.text
  return (
    <AccountFrame frame={props} title={words.title} section="security">
      <div class="heading heading-start">
        <h1>{words.title}</h1>
        <p>{words.about}</p>
      </div>
      <RecoveryCodes codes={props.codes} text={words} />
      <div class="account-actions">
        <a id="codes-saved" class="button button-primary" href={props.onwardHref}>
          {words.saved}
        </a>
      </div>
    </AccountFrame>
  )
}
