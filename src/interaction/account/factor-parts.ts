import type { Authenticators } from '../../authenticators/create-authenticators.ts'
import type { EnvironmentRegistry } from '../../environment/environment-registry.ts'
import type { UserId } from '../../protocol/identifiers.ts'
import { paths } from '../../protocol/paths.ts'
import type { Stores } from '../../storage/index.ts'
import type { Transaction } from '../../storage/transaction.ts'
import type { Random } from '../../system/random.ts'
import type { Pages } from '../page-context.ts'
import type { AccountFactorPartsProps } from '../pages/account-factor-parts.tsx'
import type { AccountPages } from './open-account.ts'

/** What the pages of passkeys and two-step sign-in are made with. */
export interface FactorPages extends Pages, Pick<AccountPages, 'signInProgresses'> {
  readonly stores: Pick<Stores, 'users' | 'totpFactors' | 'passkeys' | 'recoveryCodes'>
  readonly transaction: Transaction
  readonly random: Random
  readonly authenticators: Authenticators
  readonly environment: Pick<EnvironmentRegistry, 'latest'>
}

type Offering = Pick<FactorPages, 'environment' | 'authenticators'>

/** Whoever signs in at a page of the operator's own has their factors there. */
export const signsInHere = ({ environment }: Pick<Offering, 'environment'>): boolean =>
  environment.latest().settings.standaloneLoginUri === null

export const offersTwoFactor = (pages: Pick<Offering, 'environment'>): boolean =>
  signsInHere(pages) && pages.environment.latest().settings.secondFactor !== 'off'

export const offersPasskeys = (pages: Offering): boolean =>
  signsInHere(pages) &&
  pages.environment.latest().settings.passkeys &&
  pages.authenticators.relyingParty !== undefined

/** Of the page about signing in. */
export const factorParts = async (
  pages: Offering & { readonly stores: Pick<Stores, 'totpFactors' | 'passkeys'> },
  userId: UserId,
): Promise<AccountFactorPartsProps> => {
  const [factor, passkeys] = await Promise.all([
    pages.stores.totpFactors.ofUser(userId),
    pages.stores.passkeys.ofUser(userId),
  ])
  return {
    twoFactor: offersTwoFactor(pages)
      ? { isOn: factor !== undefined, href: paths.accountTwoFactor }
      : undefined,
    passkeys: offersPasskeys(pages)
      ? { names: passkeys.map(({ name }) => name), href: paths.accountPasskeys }
      : undefined,
  }
}
