import type { EnvironmentRegistry } from '../../environment/environment-registry.ts'
import type { IdentityProvider } from '../../identity-providers/identity-provider.ts'
import { providersOfAddress, requiredOf } from '../../identity-providers/of-address.ts'
import type { IdentityProviderId } from '../../protocol/identifiers.ts'
import type { Stores } from '../../storage/index.ts'
import { normalizeEmail } from '../../users/user.ts'

/** A provider as a button has it. */
export interface OfferedProvider {
  readonly id: IdentityProviderId
  readonly name: string
}

interface ProvidersKnown {
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  readonly stores: Pick<Stores, 'identityProviders'>
}

/** Those of the organization whose domain this address is of. */
export const providersFor = async (
  { environment, stores }: ProvidersKnown,
  email: string | undefined,
): Promise<readonly IdentityProvider[]> =>
  email !== undefined && (await environment.current()).organizationsHaveProviders
    ? providersOfAddress(stores, normalizeEmail(email))
    : []

/** Those of which its organization demands one of whoever has this address; several while it changes from one to another. */
export const requiredProvidersFor = async (
  known: ProvidersKnown,
  email: string | undefined,
): Promise<readonly IdentityProvider[]> => requiredOf(await providersFor(known, email))
