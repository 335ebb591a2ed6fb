import { Button, Form } from '../../html/form.tsx'
import { CheckIcon, CrossIcon, LeaveIcon } from '../../html/icons.tsx'
import { type Logo, Tile } from '../../html/logo.tsx'
import { Notice } from '../../html/notice.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import { type Account, AccountPanel, IdentityRow, UseAnotherAccount } from './account.tsx'
import { ConsentOptions, type ConsentOptionsProps } from './consent-options.tsx'
import { Frame, type FrameProps } from './frame.tsx'
import { type ConsentScope, RequestedScopes } from './requested-scopes.tsx'
import { WaitingDevice, type WaitingDeviceProps } from './waiting-device.tsx'

export interface ConsentProps extends FrameProps {
  /** Takes the answer as `decision`: `allow` or `deny`. */
  readonly action: string
  readonly useAnotherAccountAction: string
  /** Present if there is another organization to choose. */
  readonly changeOrganizationAction?: string
  readonly csrfToken: string
  readonly sealedRequest: string
  readonly application: {
    readonly name: string
    readonly logo?: Logo
    /** What it says of itself, at addresses of its own (RFC 7591 §2). */
    readonly policyUri?: string
    readonly termsUri?: string
  }
  /** The organization that owns the application; null if it registered itself. */
  readonly owner: { readonly name: string } | null
  /** The host of its client ID, if it is known by an address alone. */
  readonly knownAt?: string
  readonly account: Account
  /** The organization on whose behalf access is given. */
  readonly organization: { readonly name: string } | null
  readonly scopes: readonly ConsentScope[]
  /** All that was asked for was unticked, and allowed. */
  readonly isNothingLeft: boolean
  /** Where it may be used (RFC 8707); none: nowhere in particular. */
  readonly resources: readonly { readonly uri: string; readonly isNew?: boolean }[]
  /** The hosts that it can send its user to with other requests, once it is allowed to. */
  readonly otherHosts: readonly string[]
  /** What is to be chosen besides (Standalone). */
  readonly options: ConsentOptionsProps['options']
  /** Where the answer goes: to the host of the redirection URI, or to a device that asks for it. */
  readonly answerTo: { readonly redirectHost: string } | { readonly device: WaitingDeviceProps }
}

export const Consent = (props: ConsentProps) => {
  const { text, application, owner, knownAt, answerTo } = props
  const name = application.name
  const title = 'device' in answerTo ? text.device.allowTitle : text.consent.title
  return (
    <Frame frame={props} title={fill(title, { application: name })} width="wide">
      <div class="heading">
        <Tile name={name} logo={application.logo} large />
        <h1>
          <Filled sentence={title} values={{ application: name }} />
        </h1>
        {owner && (
          <p>
            <Filled
              sentence={text.consent.providedBy}
              values={{ organization: <strong>{owner.name}</strong> }}
            />
          </p>
        )}
        {knownAt !== undefined && (
          <p id="known-at">
            <Filled sentence={text.consent.foundAt} values={{ host: <strong>{knownAt}</strong> }} />
          </p>
        )}
        <Statements {...props} />
      </div>
      {!owner && (
        <Notice kind="caution">
          {knownAt === undefined ? (
            text.consent.unknownProvider
          ) : (
            <Filled sentence={text.consent.knownByAddress} values={{ host: <strong>{knownAt}</strong> }} />
          )}
        </Notice>
      )}
      {'device' in answerTo && <WaitingDevice text={text} device={answerTo.device} />}
      <Identity {...props} />
      <Form
        action={props.action}
        csrfToken={props.csrfToken}
        sealedRequest={props.sealedRequest}
        class="consent"
      >
        <section class="scopes" aria-labelledby="scopes-title">
          <h2 id="scopes-title">
            <Filled sentence={text.consent.willBeAbleTo} values={{ application: name }} />
          </h2>
          <RequestedScopes text={text} scopes={props.scopes} isNothingLeft={props.isNothingLeft} />
        </section>
        {props.resources.length > 0 && (
          <section class="scopes" aria-labelledby="resources-title">
            <h2 id="resources-title">{text.consent.willReach}</h2>
            <ul class="resource-list">
              {props.resources.map(({ uri, isNew }) => (
                <li key={uri}>
                  <bdi>{uri}</bdi>
                  {isNew && <span class="badge">{text.consent.newScope}</span>}
                </li>
              ))}
            </ul>
          </section>
        )}
        {props.otherHosts.length > 0 && (
          <section class="scopes" aria-labelledby="other-hosts-title">
            <h2 id="other-hosts-title">{text.consent.canAlsoSendTo}</h2>
            <ul id="other-hosts" class="resource-list">
              {props.otherHosts.map((host) => (
                <li key={host}>
                  <bdi>{host}</bdi>
                </li>
              ))}
            </ul>
          </section>
        )}
        <div class="decision">
          <ConsentOptions text={text} options={props.options} />
          {'redirectHost' in answerTo && (
            <p class="destination">
              <LeaveIcon />
              <span>
                <Filled
                  sentence={text.consent.sentTo}
                  values={{ host: <strong>{answerTo.redirectHost}</strong> }}
                />
              </span>
            </p>
          )}
          <div class="choices">
            <Button id="deny" name="decision" value="deny" weight="choice">
              <CrossIcon />
              {text.consent.deny}
            </Button>
            <Button id="allow" name="decision" value="allow" weight="choice">
              <CheckIcon />
              {text.consent.allow}
            </Button>
          </div>
        </div>
      </Form>
    </Frame>
  )
}

/** In a tab of their own: whoever reads them comes back to this page. */
const Statements = ({ text, application: { policyUri, termsUri } }: ConsentProps) => {
  const links = [
    ...(policyUri === undefined
      ? []
      : [{ id: 'application-policy', uri: policyUri, label: text.consent.policy }]),
    ...(termsUri === undefined
      ? []
      : [{ id: 'application-terms', uri: termsUri, label: text.consent.terms }]),
  ]
  if (links.length === 0) return null
  return (
    <p class="statements">
      {links.map(({ id, uri, label }) => (
        <a key={id} id={id} href={uri} target="_blank" rel="noopener noreferrer">
          {label}
        </a>
      ))}
    </p>
  )
}

const Identity = (props: ConsentProps) => {
  const { text, csrfToken, sealedRequest } = props
  const another = { action: props.useAnotherAccountAction, csrfToken, sealedRequest }
  return (
    <AccountPanel
      label={text.account.signedInAs}
      account={props.account}
      actions={<UseAnotherAccount text={text} another={another} />}
    >
      {props.organization && (
        <IdentityRow label={text.account.organization} name={props.organization.name} shape="square">
          {props.changeOrganizationAction !== undefined && (
            <Form action={props.changeOrganizationAction} csrfToken={csrfToken} sealedRequest={sealedRequest}>
              <Button id="change-organization" weight="quiet">
                {text.account.changeOrganization}
              </Button>
            </Form>
          )}
        </IdentityRow>
      )}
    </AccountPanel>
  )
}
