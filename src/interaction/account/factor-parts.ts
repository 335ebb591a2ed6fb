import type { Authenticators } from '../../authenticators/create-authenticators.ts'
import type { EnvironmentRegistry } from '../../environment/environment-registry.ts'
import { isKeptElsewhere } from '../../environment/login-uri-of.ts'
import { paths } from '../../protocol/paths.ts'
import type { Stores } from '../../storage/index.ts'
import type { Transaction } from '../../storage/transaction.ts'
import type { Random } from '../../system/random.ts'
import type { Pages } from '../page-context.ts'
import type { AccountFactorPartsProps } from '../pages/account-factor-parts.tsx'
import type { Account, AccountPages } from './open-account.ts'

/** What the pages of passkeys and two-step sign-in are made with. */
export interface FactorPages extends Pages, Pick<AccountPages, 'signInProgresses'> {
  readonly stores: Pick<Stores, 'users' | 'totpFactors' | 'passkeys' | 'recoveryCodes' | 'identities'>
  readonly transaction: Transaction
  readonly random: Random
  readonly authenticators: Authenticators
  readonly environment: Pick<EnvironmentRegistry, 'latest'>
}

type Offering = Pick<FactorPages, 'environment' | 'authenticators'>

/** Whoever signs in at a page of the operator's own has their factors there. */
export const signsInHere = (
  { environment }: Pick<Offering, 'environment'>,
  { session }: Pick<Account, 'session'>,
): boolean => !isKeptElsewhere(environment.latest(), session)

export const offersTwoFactor = (
  pages: Pick<Offering, 'environment'>,
  account: Pick<Account, 'session'>,
): boolean => signsInHere(pages, account) && pages.environment.latest().settings.secondFactor !== 'off'

export const offersPasskeys = (pages: Offering, account: Pick<Account, 'session'>): boolean =>
  signsInHere(pages, account) &&
  pages.environment.latest().settings.passkeys &&
  pages.authenticators.relyingParty !== undefined

/** Of the page about signing in. */
export const factorParts = async (
  pages: Offering & { readonly stores: Pick<Stores, 'totpFactors' | 'passkeys'> },
  account: Pick<Account, 'session'>,
): Promise<AccountFactorPartsProps> => {
  const { userId } = account.session
  const [factor, passkeys] = await Promise.all([
    pages.stores.totpFactors.ofUser(userId),
    pages.stores.passkeys.ofUser(userId),
  ])
  return {
    twoFactor: offersTwoFactor(pages, account)
      ? { isOn: factor !== undefined, href: paths.accountTwoFactor }
      : undefined,
    passkeys: offersPasskeys(pages, account)
      ? { names: passkeys.map(({ name }) => name), href: paths.accountPasskeys }
      : undefined,
  }
}
