import type { ComponentChildren } from 'preact'
import { Button, Form } from '../../html/form.tsx'
import { Tile } from '../../html/logo.tsx'
import type { Text } from '../text/index.ts'

export interface Account {
  readonly email: string
  readonly name?: string
}

/** Who or what is meant, with what can be done about it. */
export const IdentityRow = (props: {
  readonly label: string
  readonly name: string
  readonly detail?: string | undefined
  readonly shape: 'square' | 'round'
  readonly children?: ComponentChildren
}) => (
  <div class="identity">
    <Tile name={props.name} shape={props.shape} />
    <div class="identity-body">
      <div class="identity-text">
        <span class="identity-label">{props.label}</span>
        <span class="identity-name">
          <bdi>{props.name}</bdi>
        </span>
        {props.detail !== undefined && (
          <span class="identity-detail">
            <bdi>{props.detail}</bdi>
          </span>
        )}
      </div>
      {props.children && <div class="identity-actions">{props.children}</div>}
    </div>
  </div>
)

export const AccountRow = (props: {
  readonly label: string
  readonly account: Account
  readonly children?: ComponentChildren
}) => (
  <IdentityRow
    label={props.label}
    name={props.account.name ?? props.account.email}
    detail={props.account.name === undefined ? undefined : props.account.email}
    shape="round"
  >
    {props.children}
  </IdentityRow>
)

/** Where one says to be somebody else: on another page, or by a form where somebody is signed in. */
export type AnotherAccount =
  | { readonly href: string }
  | { readonly action: string; readonly csrfToken: string; readonly sealedRequest?: string | undefined }

export const UseAnotherAccount = ({ text, another }: { text: Text; another: AnotherAccount }) =>
  'href' in another ? (
    <a id="use-another-account" class="button button-quiet" href={another.href}>
      {text.account.useAnother}
    </a>
  ) : (
    <Form action={another.action} csrfToken={another.csrfToken} sealedRequest={another.sealedRequest}>
      <Button id="use-another-account" weight="quiet">
        {text.account.useAnother}
      </Button>
    </Form>
  )

/** Whose page it is: the person, what they can do about that, and in a row below for whom they act. */
export const AccountPanel = (props: {
  readonly label: string
  readonly account: Account
  readonly actions?: ComponentChildren
  readonly children?: ComponentChildren
}) => (
  <div class="panel">
    <AccountRow label={props.label} account={props.account}>
      {props.actions}
    </AccountRow>
    {props.children}
  </div>
)
