import type { Stores } from '../storage/index.ts'
import type { IdentityProvider } from './identity-provider.ts'

/** Of a normalized address. */
export const domainOf = (normalizedEmail: string): string =>
  normalizedEmail.slice(normalizedEmail.lastIndexOf('@') + 1)

/** Those of the organization whose domain this address is of. */
export const providersOfAddress = (
  { identityProviders }: Pick<Stores, 'identityProviders'>,
  normalizedEmail: string,
): Promise<readonly IdentityProvider[]> => identityProviders.ofVerifiedDomain(domainOf(normalizedEmail))

/** Those at one of which whoever has an address signs in, and nowhere else. */
export const requiredOf = (providers: readonly IdentityProvider[]): readonly IdentityProvider[] =>
  providers.filter(({ isRequired }) => isRequired)

export const requiredOfAddress = async (
  stores: Pick<Stores, 'identityProviders'>,
  normalizedEmail: string,
): Promise<readonly IdentityProvider[]> => requiredOf(await providersOfAddress(stores, normalizedEmail))
