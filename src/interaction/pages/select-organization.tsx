import { Form, FormError } from '../../html/form.tsx'
import { OnwardIcon } from '../../html/icons.tsx'
import { Tile } from '../../html/logo.tsx'
import { Filled } from '../../html/sentence.tsx'
import { type Account, AccountPanel, UseAnotherAccount } from './account.tsx'
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
  const another = { action: props.useAnotherAccountAction, csrfToken, sealedRequest }
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
      <AccountPanel
        label={text.account.signedInAs}
        account={props.account}
        actions={<UseAnotherAccount text={text} another={another} />}
      />
    </Frame>
  )
}
