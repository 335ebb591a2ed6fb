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
      <AccountPart id="passkeys" title={text.accountPasskeys.title} about={text.accountPasskeys.about}>
        {passkeys.names.length > 0 && (
          <ul class="factor-names">
            {passkeys.names.map((name) => (
              <li key={name}>
                <bdi>{name}</bdi>
              </li>
            ))}
          </ul>
        )}
        <a id="to-passkeys" class="button button-choice" href={passkeys.href}>
          {passkeys.names.length > 0 ? text.accountPasskeys.manage : text.accountPasskeys.addTitle}
        </a>
      </AccountPart>
    )}
    {twoFactor && (
      <AccountPart id="two-factor" title={text.twoFactor.title} about={text.twoFactor.about}>
        <p>{twoFactor.isOn ? text.twoFactor.isOn : text.twoFactor.isOff}</p>
        <a id="to-two-factor" class="button button-choice" href={twoFactor.href}>
          {twoFactor.isOn ? text.twoFactor.manage : text.twoFactor.setUp}
        </a>
      </AccountPart>
    )}
  </>
)
