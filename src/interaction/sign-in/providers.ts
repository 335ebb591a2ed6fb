import type { IdentityProvider } from '../../identity-providers/identity-provider.ts'
import type { IdentityProviderId } from '../../protocol/identifiers.ts'
import { domainOf } from '../../upstream/recognize.ts'
import { normalizeEmail } from '../../users/user.ts'
import type { SignInPages } from './context.ts'

/** A provider as a button has it. */
export interface OfferedProvider {
  readonly id: IdentityProviderId
  readonly name: string
}

/** Those of the organization whose domain this address is of. */
export const providersFor = async (
  { environment, stores }: Pick<SignInPages, 'environment' | 'stores'>,
  email: string | undefined,
): Promise<readonly IdentityProvider[]> =>
  email !== undefined && (await environment.current()).organizationsHaveProviders
    ? stores.identityProviders.ofVerifiedDomain(domainOf(normalizeEmail(email)))
    : []

/** The one that its organization demands of whoever has this address. */
export const requiredProviderFor = async (
  pages: Pick<SignInPages, 'environment' | 'stores'>,
  email: string | undefined,
): Promise<IdentityProvider | undefined> =>
  (await providersFor(pages, email)).find(({ isRequired }) => isRequired)
