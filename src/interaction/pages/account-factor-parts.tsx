import type { Text } from '../text/index.ts'
import { AccountPart } from './account-frame.tsx'

/** What somebody has besides a password, where the operator lets them; undefined where not. */
export interface AccountFactorPartsProps {
  readonly twoFactor?: { readonly isOn: boolean; readonly href: string } | undefined
  readonly passkeys?: { readonly names: readonly string[]; readonly href: string } | undefined
}

/** Of the page about signing in: each leads to a page of its own. */
export const AccountFactorParts = ({
  twoFactor,
  passkeys,
  text,
}: AccountFactorPartsProps & { readonly text: Text }) => (
  <>
    {passkeys && (
      <AccountPart
        id="passkeys"
        title={text.accountPasskeys.title}
        about={text.accountPasskeys.about}
        onward={{
          id: 'to-passkeys',
          href: passkeys.href,
          label: passkeys.names.length > 0 ? text.accountPasskeys.manage : text.accountPasskeys.addTitle,
        }}
      >
        {passkeys.names.length > 0 && (
          <ul class="factor-names">
            {passkeys.names.map((name) => (
              <li key={name}>
                <bdi>{name}</bdi>
              </li>
            ))}
          </ul>
        )}
      </AccountPart>
    )}
    {twoFactor && (
      <AccountPart
        id="two-factor"
        title={
          <>
            {text.twoFactor.title}{' '}
            <span class={twoFactor.isOn ? 'badge' : 'badge badge-quiet'}>
              {twoFactor.isOn ? text.twoFactor.isOn : text.twoFactor.isOff}
            </span>
          </>
        }
        about={text.twoFactor.about}
        onward={{
          id: 'to-two-factor',
          href: twoFactor.href,
          label: twoFactor.isOn ? text.twoFactor.manage : text.twoFactor.setUp,
        }}
      />
    )}
  </>
)
