import { Filled } from '../../html/sentence.tsx'
import { AccountFactorParts, type AccountFactorPartsProps } from './account-factor-parts.tsx'
import { AccountFrame, type AccountFrameProps, AccountPart } from './account-frame.tsx'

export interface AccountSecurityProps extends AccountFrameProps {
  /** Undefined where people sign in at the operator's own page. */
  readonly password: { readonly isSet: boolean; readonly href: string } | undefined
  /** The other ways to prove who one is. */
  readonly factors: AccountFactorPartsProps
  /** The accounts elsewhere that they sign in with, by the names of the providers. */
  readonly identities: { readonly providers: readonly string[]; readonly href: string }
}

/** How somebody signs in: each way with what can be done about it, on a page of its own. */
export const AccountSecurity = (props: AccountSecurityProps) => {
  const { security: text } = props.text.accountPages
  return (
    <AccountFrame frame={props} title={text.title} section="security">
      <div class="heading heading-start">
        <h1>{text.title}</h1>
        <p>
          {props.password ? (
            text.about
          ) : (
            <Filled sentence={text.keptElsewhere} values={{ operator: props.branding.name }} />
          )}
        </p>
      </div>
      {props.password && (
        <AccountPart
          id="password"
          title={text.password}
          about={props.password.isSet ? text.hasPassword : text.hasNoPassword}
          onward={{
            id: 'to-password',
            href: props.password.href,
            label: props.password.isSet ? text.changePassword : text.setPassword,
          }}
        />
      )}
      <AccountFactorParts {...props.factors} text={props.text} />
      {props.identities.providers.length > 0 && (
        <AccountPart
          id="identities"
          title={props.text.identityProviders.connected}
          onward={{
            id: 'to-identities',
            href: props.identities.href,
            label: props.text.accountPasskeys.manage,
          }}
        >
          <ul class="factor-names">
            {props.identities.providers.map((name) => (
              <li key={name}>
                <bdi>{name}</bdi>
              </li>
            ))}
          </ul>
        </AccountPart>
      )}
    </AccountFrame>
  )
}
