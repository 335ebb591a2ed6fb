import type { VNode } from 'preact'
import type { AccountFactorPartsProps } from '../../src/interaction/pages/account-factor-parts.tsx'
import type { AccountFrameProps } from '../../src/interaction/pages/account-frame.tsx'
import {
  AccountIdentities,
  type AccountIdentitiesProps,
} from '../../src/interaction/pages/account-identities.tsx'
import { AccountPasskey, type AccountPasskeyProps } from '../../src/interaction/pages/account-passkey.tsx'
import { AccountPasskeys, type AccountPasskeysProps } from '../../src/interaction/pages/account-passkeys.tsx'
import { AccountRecoveryCodes } from '../../src/interaction/pages/account-recovery-codes.tsx'
import {
  AccountTwoFactor,
  type AccountTwoFactorProps,
} from '../../src/interaction/pages/account-two-factor.tsx'

const moment = { iso: '2026-01-01T12:00:00.000Z', words: '2 hours ago' }

/** Of the page about signing in: with everything, and with nothing set up. */
export const bothFactors: AccountFactorPartsProps = {
  twoFactor: { isOn: true, href: '/two-factor' },
  passkeys: { names: ['Telephone'], href: '/passkeys' },
}
export const noFactors: AccountFactorPartsProps = {
  twoFactor: { isOn: false, href: '/two-factor' },
  passkeys: { names: [], href: '/passkeys' },
}

/** Pages of passkeys and two-step sign-in, as `accountPages` has those of the account. */
export const accountFactorPages = (
  around: AccountFrameProps,
  change: <Props>(props: Props) => Props,
): Record<string, VNode> => {
  const on: AccountTwoFactorProps = {
    ...around,
    action: '/two-factor',
    factor: { added: moment, lastUsed: moment },
    setUp: null,
    recoveryCodes: { count: 2, areFew: true, once: 'o' },
    isRequired: false,
  }
  const off: AccountTwoFactorProps = {
    ...on,
    factor: null,
    recoveryCodes: null,
    setUp: {
      uri: 'otpauth://totp/Acme:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme',
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      sealed: 'sealed set-up',
    },
    errors: { form: 'It is over.', code: 'Wrong.' },
  }
  const passkeys: AccountPasskeysProps = {
    ...around,
    action: '/passkeys',
    passkeys: [
      {
        id: 'passkey_1',
        name: 'Telephone',
        isSynced: true,
        added: moment,
        lastUsed: moment,
        href: '/passkeys/1',
      },
      {
        id: 'passkey_2',
        name: 'Key ring',
        isSynced: false,
        added: moment,
        lastUsed: null,
        href: '/passkeys/2',
      },
    ],
    asking: { options: { challenge: 'challenge' }, sealedChallenge: 'sealed challenge' },
    scriptPath: '/assets/passkey.js',
    suggestedName: 'Windows',
    errors: { form: 'Not verified.', name: 'Too long.' },
  }
  const { errors: _, ...first } = passkeys
  const passkey: AccountPasskeyProps = {
    ...around,
    action: '/passkeys/1',
    passkey: { id: 'passkey_1', name: 'Telephone', isSynced: true, added: moment, lastUsed: moment },
    canRemove: true,
    errors: { name: 'Too long.' },
  }
  const identities: AccountIdentitiesProps = {
    ...around,
    action: '/identities',
    providers: [
      {
        ...{ id: 'idp_1', name: 'Contoso', canDisconnect: false },
        accounts: [
          { email: 'ada@contoso.example', lastUsed: moment },
          { email: null, lastUsed: moment },
        ],
      },
      { ...{ id: 'idp_2', name: 'Fabrikam', canDisconnect: true }, accounts: [] },
    ],
    isRefused: false,
  }
  return {
    'account, two-factor on': <AccountTwoFactor {...change(on)} />,
    'account, two-factor required': <AccountTwoFactor {...change({ ...on, isRequired: true })} />,
    'account, two-factor off': <AccountTwoFactor {...change(off)} />,
    'account, recovery codes': (
      <AccountRecoveryCodes {...change({ ...around, codes: ['ab0de-fgh1k'], onwardHref: '/two-factor' })} />
    ),
    'account, passkeys': <AccountPasskeys {...change(passkeys)} />,
    'account, no passkeys': <AccountPasskeys {...change({ ...first, passkeys: [] })} />,
    'account, identities': <AccountIdentities {...change(identities)} />,
    'account, identities refused': <AccountIdentities {...change({ ...identities, isRefused: true })} />,
    'account, no identities': <AccountIdentities {...change({ ...identities, providers: [] })} />,
    'account, passkey': <AccountPasskey {...change(passkey)} />,
    'account, the only passkey': <AccountPasskey {...change({ ...passkey, canRemove: false })} />,
  }
}
