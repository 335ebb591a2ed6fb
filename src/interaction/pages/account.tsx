import type { ComponentChildren } from 'preact'
import { Tile } from '../../html/logo.tsx'

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
      {props.children}
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
