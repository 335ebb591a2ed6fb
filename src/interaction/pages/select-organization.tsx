import { Button, Form, FormError } from '../../html/form.tsx'
import { OnwardIcon } from '../../html/icons.tsx'
import { Tile } from '../../html/logo.tsx'
import { Filled } from '../../html/sentence.tsx'
import { type Account, AccountRow } from './account.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface SelectOrganizationProps extends FrameProps {
  /** Takes the choice as `organization_id`. */
  readonly action: string
  readonly useAnotherAccountAction: string
  readonly csrfToken: string
  /** Absent where the page was opened by itself. */
  readonly sealedRequest?: string | undefined
  readonly application: { readonly name: string } | null
  readonly account: Account
  /** In the order to be shown. */
  readonly organizations: readonly { readonly id: string; readonly name: string }[]
  readonly error?: string
}

export const SelectOrganization = (props: SelectOrganizationProps) => {
  const { text, application, csrfToken, sealedRequest } = props
  return (
    <Frame frame={props} title={text.selectOrganization.title} hasErrors={props.error !== undefined}>
      <div class="heading">
        <h1>{text.selectOrganization.title}</h1>
        <p>
          {application ? (
            <Filled
              sentence={text.selectOrganization.toContinueTo}
              values={{ application: <strong>{application.name}</strong> }}
            />
          ) : (
            text.selectOrganization.withoutApplication
          )}
        </p>
      </div>
      {props.error !== undefined && <FormError>{props.error}</FormError>}
      <Form action={props.action} csrfToken={csrfToken} sealedRequest={sealedRequest}>
        <ul class={props.organizations.length > 7 ? 'options options-many' : 'options'}>
          {props.organizations.map(({ id, name }) => (
            <li key={id}>
              <button type="submit" class="option" name="organization_id" value={id}>
                <Tile name={name} />
                <span class="option-name">
                  <bdi>{name}</bdi>
                </span>
                <OnwardIcon />
              </button>
            </li>
          ))}
        </ul>
      </Form>
      <div class="panel panel-quiet">
        <AccountRow label={text.account.signedInAs} account={props.account}>
          <Form action={props.useAnotherAccountAction} csrfToken={csrfToken} sealedRequest={sealedRequest}>
            <Button id="use-another-account" weight="quiet">
              {text.account.useAnother}
            </Button>
          </Form>
        </AccountRow>
      </div>
    </Frame>
  )
}
