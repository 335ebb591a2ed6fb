import { Button } from '../../html/form.tsx'
import { PasskeyIcon } from '../../html/icons.tsx'
import { PasskeyAction, type PasskeyAsking, PasskeyFields } from './passkey-action.tsx'
import { SignInForm, type SignInFrameProps } from './sign-in-frame.tsx'

export interface SignInPasskeyProps {
  readonly action: string
  readonly asking: PasskeyAsking
  readonly scriptPath: string
}

/** In the place of an e-mail address and a password. */
export const SignInPasskey = (props: {
  readonly frame: SignInFrameProps
  readonly passkey: SignInPasskeyProps
  readonly isOffered?: boolean
}) => {
  const { frame, passkey, isOffered = false } = props
  return (
    <PasskeyAction ceremony="get" asking={passkey.asking} isOffered={isOffered} text={frame.text.passkeys}>
      <SignInForm frame={frame} action={passkey.action}>
        <PasskeyFields asking={passkey.asking} />
        <Button id="sign-in-with-passkey" weight="choice">
          <PasskeyIcon />
          {frame.text.passkeys.signIn}
        </Button>
      </SignInForm>
    </PasskeyAction>
  )
}
