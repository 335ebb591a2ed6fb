import { Button, Field, Form, FormError } from '../../html/form.tsx'
import { PasskeyIcon } from '../../html/icons.tsx'
import { Filled } from '../../html/sentence.tsx'
import type { Text } from '../text/index.ts'
import { AccountFrame, type AccountFrameProps, AccountPart } from './account-frame.tsx'
import { type Moment, When } from './moment.tsx'
import { PasskeyAction, type PasskeyAsking, PasskeyFields, PasskeyMissing } from './passkey-action.tsx'

export interface ShownPasskey {
  readonly id: string
  readonly name: string
  readonly isSynced: boolean
  readonly added: Moment
  readonly lastUsed: Moment | null
}

export interface AccountPasskeysProps extends AccountFrameProps {
  readonly action: string
  readonly passkeys: readonly (ShownPasskey & { readonly href: string })[]
  readonly asking: PasskeyAsking
  readonly scriptPath: string
  /** What a new one is called, unless its user would rather have another name. */
  readonly suggestedName: string
  readonly errors?: { readonly form?: string; readonly name?: string }
}

export const AccountPasskeys = (props: AccountPasskeysProps) => {
  const { text, passkeys, asking, errors = {} } = props
  const words = text.accountPasskeys
  return (
    <AccountFrame
      frame={props}
      title={words.title}
      section="security"
      scriptPath={props.scriptPath}
      hasErrors={Object.keys(errors).length > 0}
    >
      <div class="heading heading-start">
        <h1>{words.title}</h1>
        <p>{words.about}</p>
      </div>
      {errors.form !== undefined && <FormError>{errors.form}</FormError>}
      {passkeys.length === 0 ? (
        <p class="account-none">{words.none}</p>
      ) : (
        <ul class="panel">
          {passkeys.map((passkey) => (
            <li key={passkey.id} class="entry">
              <span class="entry-sign">
                <PasskeyIcon />
              </span>
              <div class="entry-body">
                <div class="entry-text">
                  <span class="entry-name">
                    <bdi>{passkey.name}</bdi>
                  </span>
                  <PasskeyFacts passkey={passkey} text={text} />
                </div>
                <a
                  class="button button-quiet"
                  href={passkey.href}
                  aria-label={`${words.manage}: ${passkey.name}`}
                >
                  {words.manage}
                </a>
              </div>
            </li>
          ))}
        </ul>
      )}
      <AccountPart id="add" title={words.addTitle}>
        <PasskeyMissing text={text.passkeys} />
        <PasskeyAction ceremony="create" asking={asking} text={text.passkeys}>
          <Form action={props.action} csrfToken={props.csrfToken} class="stack">
            <PasskeyFields asking={asking} />
            <Field
              name="name"
              label={words.name}
              type="text"
              autocomplete="off"
              value={props.suggestedName}
              error={errors.name}
              isFormRefused={errors.form !== undefined}
              focused={errors.name !== undefined}
            />
            <div class="account-actions">
              <Button id="create-passkey" weight="primary">
                {words.add}
              </Button>
            </div>
          </Form>
        </PasskeyAction>
      </AccountPart>
    </AccountFrame>
  )
}

/** What is known of one besides its name. */
export const PasskeyFacts = ({ passkey, text }: { readonly passkey: ShownPasskey; readonly text: Text }) => {
  const { accountPasskeys: words } = text
  return (
    <>
      <span class="entry-detail">{passkey.isSynced ? words.synced : words.bound}</span>
      <span class="entry-detail">
        <Filled sentence={words.added} values={{ when: <When at={passkey.added} /> }} />
        {' · '}
        {passkey.lastUsed ? (
          <Filled sentence={words.lastUsed} values={{ when: <When at={passkey.lastUsed} /> }} />
        ) : (
          words.neverUsed
        )}
      </span>
    </>
  )
}
