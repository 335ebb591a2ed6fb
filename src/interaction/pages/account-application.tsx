import type { ComponentChildren } from 'preact'
import { Button, Form } from '../../html/form.tsx'
import { Tile } from '../../html/logo.tsx'
import { Notice } from '../../html/notice.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import type { ShownApplication } from './account-applications.tsx'
import { AccountFrame, type AccountFrameProps, AccountPart } from './account-frame.tsx'
import { When } from './moment.tsx'
import { type ConsentScope, RequestedScopes } from './requested-scopes.tsx'

export interface AccountApplicationProps extends AccountFrameProps {
  readonly action: string
  readonly backHref: string
  readonly application: Omit<ShownApplication, 'may' | 'href' | 'id'>
  readonly isFirstParty: boolean
  /** Goes on while nobody is signed in. */
  readonly isOffline: boolean
  readonly scopes: readonly ConsentScope[]
  /** Where it may be used (RFC 8707). */
  readonly resources: readonly string[]
}

/** What one application may do, and what it means to take that back. */
export const AccountApplication = (props: AccountApplicationProps) => {
  const { text, application, scopes } = props
  const { application: words, applications } = text.accountPages
  const { name, logo } = application
  const may = words.mayDo
  return (
    <AccountFrame frame={props} title={fill(words.title, { application: name })} section="applications">
      <div class="heading heading-start">
        <Tile name={name} logo={logo} large />
        <h1>
          <Filled sentence={words.title} values={{ application: name }} />
        </h1>
        {application.owner === null && <p>{applications.unknownProvider}</p>}
      </div>
      <Facts {...props} />
      {scopes.length > 0 && (
        <AccountPart id="scopes" title={<Filled sentence={may} values={{ application: name }} />}>
          <RequestedScopes text={text} scopes={scopes} isNothingLeft={false} />
        </AccountPart>
      )}
      {props.resources.length > 0 && (
        <AccountPart id="resources" title={text.consent.willReach}>
          <ul class="resource-list">
            {props.resources.map((uri) => (
              <li key={uri}>
                <bdi>{uri}</bdi>
              </li>
            ))}
          </ul>
        </AccountPart>
      )}
      <AccountPart id="remove-access" title={words.removeTitle}>
        <p id="consequence">
          <Filled
            sentence={props.isFirstParty ? words.consequenceOfOwn : words.consequence}
            values={{ application: <strong>{name}</strong> }}
          />
        </p>
        <Form action={props.action} csrfToken={props.csrfToken} class="account-actions">
          <Button id="remove" name="decision" value="remove" weight="danger">
            {words.remove}
          </Button>
          <a id="keep" class="button button-quiet" href={props.backHref}>
            {words.keep}
          </a>
        </Form>
      </AccountPart>
    </AccountFrame>
  )
}

const Facts = ({ text, application, account, isOffline }: AccountApplicationProps) => {
  const { facts, offline } = text.accountPages.application
  const { owner, organization, since, lastUsed } = application
  return (
    <>
      <dl class="facts facts-row">
        <Fact label={facts.account}>{account.email}</Fact>
        {organization !== undefined && <Fact label={facts.organization}>{organization}</Fact>}
        {owner != null && <Fact label={facts.providedBy}>{owner}</Fact>}
        <Fact label={facts.since}>
          <When at={since} />
        </Fact>
        {lastUsed && (
          <Fact label={facts.lastUsed}>
            <When at={lastUsed} />
          </Fact>
        )}
      </dl>
      {isOffline && <Notice kind="note">{offline}</Notice>}
    </>
  )
}

const Fact = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{label}</dt>
    <dd>
      <bdi>{children}</bdi>
    </dd>
  </div>
)
