import { Button, Field, Form } from '../../html/form.tsx'
import { AccountFrame, type AccountFrameProps, AccountPart } from './account-frame.tsx'
import { PasskeyFacts, type ShownPasskey } from './account-passkeys.tsx'

export interface AccountPasskeyProps extends AccountFrameProps {
  readonly action: string
  readonly passkey: ShownPasskey
  /** There is another way in. */
  readonly canRemove: boolean
  /** As it was typed, where it cannot be one. */
  readonly typedName?: string | undefined
  readonly errors?: { readonly name?: string }
}

/** One of them: what it is called, and its end. */
export const AccountPasskey = (props: AccountPasskeyProps) => {
  const { text, passkey, errors = {} } = props
  const words = text.accountPasskeys
  return (
    <AccountFrame frame={props} title={passkey.name} section="security" hasErrors={errors.name !== undefined}>
      <div class="heading heading-start">
        <h1>
          <bdi>{passkey.name}</bdi>
        </h1>
        <p>
          <PasskeyFacts passkey={passkey} text={text} />
        </p>
      </div>
      <AccountPart id="rename" title={words.rename}>
        <Form action={props.action} csrfToken={props.csrfToken} class="stack">
          <input type="hidden" name="do" value="rename" />
          <Field
            name="name"
            label={words.name}
            type="text"
            autocomplete="off"
            value={props.typedName ?? passkey.name}
            error={errors.name}
            focused={errors.name !== undefined}
          />
          <div class="account-actions">
            <Button id="save" weight="choice">
              {words.save}
            </Button>
          </div>
        </Form>
      </AccountPart>
      <AccountPart
        id="remove"
        title={words.remove}
        about={props.canRemove ? words.removeAbout : words.removeOnlyWayIn}
      >
        {props.canRemove && (
          <Form action={props.action} csrfToken={props.csrfToken}>
            <Button id="remove-passkey" name="do" value="remove" weight="danger">
              {words.remove}
            </Button>
          </Form>
        )}
      </AccountPart>
    </AccountFrame>
  )
}
