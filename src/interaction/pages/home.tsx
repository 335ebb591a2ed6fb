import { Button, Form } from '../../html/form.tsx'
import { Notice } from '../../html/notice.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import { type Account, AccountPanel } from './account.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface HomeProps extends FrameProps {
  /** Who is signed in here, and how to change that. */
  readonly session: {
    readonly account: Account
    readonly signOutAction: string
    readonly csrfToken: string
  } | null
  readonly accountHref: string
  readonly discoveryUrl: string
  readonly jwksUrl: string
  /** Of the developer portal, where there is one. */
  readonly portalHref?: string
}

/** What people find who open the bare address of the server. */
export const Home = (props: HomeProps) => {
  const { text, branding, session } = props
  const addresses = [
    [text.home.discovery, props.discoveryUrl],
    [text.home.signingKeys, props.jwksUrl],
  ] as const
  return (
    <Frame frame={props} title={fill(text.home.title, { operator: branding.name })} width="wide">
      <div class="heading heading-start">
        <h1>
          <Filled sentence={text.home.title} values={{ operator: branding.name }} />
        </h1>
        <p>{text.home.about}</p>
      </div>
      {session ? (
        <AccountPanel
          label={text.account.signedInAs}
          account={session.account}
          actions={
            <>
              <a id="account" class="button button-quiet" href={props.accountHref}>
                {text.home.yourAccount}
              </a>
              <Form action={session.signOutAction} csrfToken={session.csrfToken}>
                <Button id="sign-out" weight="quiet">
                  {text.home.signOut}
                </Button>
              </Form>
            </>
          }
        />
      ) : (
        <>
          <Notice kind="note">{text.home.signedOut}</Notice>
          <a id="account" class="button button-choice" href={props.accountHref}>
            {text.home.signIn}
          </a>
        </>
      )}
      <section aria-labelledby="developers-title">
        <h2 id="developers-title" class="minor">
          {text.home.forDevelopers}
        </h2>
        <dl class="facts">
          {addresses.map(([label, address]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <a href={address}>
                  <bdi>{address}</bdi>
                </a>
              </dd>
            </div>
          ))}
        </dl>
        {props.portalHref !== undefined && (
          <p>
            <a id="developers" href={props.portalHref}>
              {text.home.ownApplications}
            </a>
          </p>
        )}
      </section>
    </Frame>
  )
}
