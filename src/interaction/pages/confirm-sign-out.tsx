import { Button, Form } from '../../html/form.tsx'
import { type Logo, Tile } from '../../html/logo.tsx'
import { Filled } from '../../html/sentence.tsx'
import { type Account, AccountPanel } from './account.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface ConfirmSignOutProps extends FrameProps {
  /** Takes the answer as `decision`. */
  readonly action: string
  readonly csrfToken: string
  readonly sealedRequest: string
  /** What asked for it; null when nothing said so. */
  readonly application: { readonly name: string; readonly logo?: Logo } | null
  readonly account: Account
}

export const ConfirmSignOut = (props: ConfirmSignOutProps) => {
  const { text, application } = props
  return (
    <Frame frame={props} title={text.confirmSignOut.title}>
      <div class="heading">
        {application && <Tile name={application.name} logo={application.logo} large />}
        <h1>{text.confirmSignOut.title}</h1>
        {application && (
          <p>
            <Filled
              sentence={text.confirmSignOut.askedBy}
              values={{ application: <strong>{application.name}</strong> }}
            />
          </p>
        )}
        <p>{text.confirmSignOut.consequence}</p>
      </div>
      <AccountPanel label={text.account.signedInAs} account={props.account} />
      <Form
        action={props.action}
        csrfToken={props.csrfToken}
        sealedRequest={props.sealedRequest}
        class="choices"
      >
        <Button id="stay" name="decision" value="stay" weight="choice">
          {text.confirmSignOut.stay}
        </Button>
        <Button id="sign-out" name="decision" value="sign_out" weight="primary">
          {text.confirmSignOut.signOut}
        </Button>
      </Form>
    </Frame>
  )
}
