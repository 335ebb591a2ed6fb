import { Fragment } from 'preact'
import { Button, Form, FormError } from '../../html/form.tsx'
import { LinkIcon } from '../../html/icons.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import { AccountFrame, type AccountFrameProps } from './account-frame.tsx'
import { type Moment, When } from './moment.tsx'

/** What somebody has at one provider. */
export interface ShownIdentities {
  readonly id: string
  readonly name: string
  readonly accounts: readonly { readonly email: string | null; readonly lastUsed: Moment }[]
  /** There is another way in. */
  readonly canDisconnect: boolean
}

export interface AccountIdentitiesProps extends AccountFrameProps {
  readonly action: string
  readonly providers: readonly ShownIdentities[]
  /** It was asked to disconnect the only way in. */
  readonly isRefused: boolean
}

export const AccountIdentities = (props: AccountIdentitiesProps) => {
  const { identityProviders: words } = props.text
  const hasOnlyWayIn = props.providers.some(({ canDisconnect }) => !canDisconnect)
  return (
    <AccountFrame frame={props} title={words.connected} section="security" hasErrors={props.isRefused}>
      <div class="heading heading-start">
        <h1>{words.connected}</h1>
        {hasOnlyWayIn && !props.isRefused && <p id="only-way-in">{words.onlyWayIn}</p>}
      </div>
      {props.isRefused && <FormError>{words.onlyWayIn}</FormError>}
      {props.providers.length === 0 ? (
        <p class="account-none">{words.none}</p>
      ) : (
        <ul class="panel">
          {props.providers.map((provider) => (
            <li key={provider.id} class="entry">
              <span class="entry-sign">
                <LinkIcon />
              </span>
              <div class="entry-body">
                <div class="entry-text">
                  <span class="entry-name">
                    <bdi>{provider.name}</bdi>
                  </span>
                  {provider.accounts.map(({ email, lastUsed }) => (
                    <Fragment key={email}>
                      {email !== null && (
                        <span class="entry-detail">
                          <bdi>{email}</bdi>
                        </span>
                      )}
                      <span class="entry-detail">
                        <Filled sentence={words.lastUsed} values={{ when: <When at={lastUsed} /> }} />
                      </span>
                    </Fragment>
                  ))}
                </div>
                {provider.canDisconnect && (
                  <Form action={props.action} csrfToken={props.csrfToken}>
                    <Button
                      id={`disconnect-${provider.id}`}
                      name="disconnect"
                      value={provider.id}
                      weight="quiet"
                    >
                      {fill(words.disconnect, { provider: provider.name })}
                    </Button>
                  </Form>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </AccountFrame>
  )
}
