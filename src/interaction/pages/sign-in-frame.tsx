import type { ComponentChildren } from 'preact'
import { Button, Form, FormError } from '../../html/form.tsx'
import { type Logo, Tile } from '../../html/logo.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import { type Account, AccountPanel, UseAnotherAccount } from './account.tsx'
import { Frame, type FrameProps } from './frame.tsx'

/** What every page of signing in has. */
export interface SignInFrameProps extends FrameProps {
  /** Of the page's own form. */
  readonly action: string
  readonly csrfToken: string
  /** Absent where the page was opened by itself. */
  readonly sealedRequest?: string | undefined
  /** How far the sign-in has come; absent at its beginning. */
  readonly sealedProgress?: string | undefined
  /** Whoever is to sign in is signed in, too long ago for what they want to do. */
  readonly isOnceMore: boolean
  /** Whether there is an application to go back to. */
  readonly mayCancel: boolean
  /** What asked for the sign-in; null when a person came by themselves. */
  readonly application: { readonly name: string; readonly logo?: Logo } | null
}

/** Heard with what is asked for. */
export const ONCE_MORE_ID = 'once-more'

/**
 * A page of signing in: what for, what went wrong, the step's own content, and the way back.
 *
 * @param title in the place of the application's, for steps that need one of their own.
 */
export const SignInFrame = (props: {
  readonly frame: SignInFrameProps
  readonly title?: string
  /** What it is about, below. */
  readonly lead?: ComponentChildren
  /** For what is to be heard with a field. */
  readonly leadId?: string
  /** The page works without it, or says that it does not. */
  readonly scriptPath?: string | undefined
  readonly error?: string | undefined
  /** Something on the page is wrong, if not the form as a whole. */
  readonly hasErrors?: boolean
  readonly children: ComponentChildren
}) => {
  const { frame, error } = props
  const { text, application } = frame
  const title =
    props.title ??
    (application ? fill(text.signIn.toContinueTo, { application: application.name }) : text.signIn.title)
  return (
    <Frame
      frame={frame}
      title={title}
      hasErrors={props.hasErrors === true || error !== undefined}
      {...(props.scriptPath !== undefined && { scriptPath: props.scriptPath })}
    >
      <div class="heading">
        {application && <Tile name={application.name} logo={application.logo} large />}
        <h1>
          {props.title === undefined && application ? (
            <Filled sentence={text.signIn.toContinueTo} values={{ application: application.name }} />
          ) : (
            title
          )}
        </h1>
        {props.lead !== undefined && <p id={props.leadId}>{props.lead}</p>}
        {frame.isOnceMore && <p id={ONCE_MORE_ID}>{text.signIn.onceMore}</p>}
      </div>
      {error !== undefined && <FormError>{error}</FormError>}
      {props.children}
      {frame.mayCancel && (
        <SignInForm frame={frame} class="way-back">
          <Button id="cancel" name="decision" value="cancel" weight="quiet">
            {text.signIn.cancel}
          </Button>
        </SignInForm>
      )}
    </Frame>
  )
}

/** A form of such a page. It carries how far the sign-in has come. */
export const SignInForm = (props: {
  readonly frame: SignInFrameProps
  /** Where it goes, if not where the page's own does. */
  readonly action?: string
  readonly class?: string
  readonly children: ComponentChildren
}) => (
  <Form
    action={props.action ?? props.frame.action}
    csrfToken={props.frame.csrfToken}
    sealedRequest={props.frame.sealedRequest}
    {...(props.class !== undefined && { class: props.class })}
  >
    {props.frame.sealedProgress !== undefined && (
      <input type="hidden" name="progress" value={props.frame.sealedProgress} />
    )}
    {props.children}
  </Form>
)

/** Who is about to sign in, and a way to be somebody else. */
export const SigningInAs = (props: {
  readonly frame: SignInFrameProps
  readonly account: Account
  readonly useAnotherAccount: string
}) => {
  const { text } = props.frame
  return (
    <AccountPanel
      label={text.signIn.signingInAs}
      account={props.account}
      actions={<UseAnotherAccount text={text} another={{ href: props.useAnotherAccount }} />}
    />
  )
}

/** For password managers alone: whose password it is. */
export const Username = ({ email }: { readonly email: string }) => (
  <input type="email" id="username" name="username" value={email} autocomplete="username" readOnly hidden />
)
