import { newIdentifier } from '../../src/protocol/identifiers.ts'
import type { IdentityProviderRecord } from '../../src/storage/stores/identity-providers.ts'
import { systemRandom } from '../../src/system/random.ts'

/** A provider as the database has it, for whoever signs in there in name only. */
export const identityProvider = (
  now: Date,
  given: Partial<IdentityProviderRecord> = {},
): IdentityProviderRecord => ({
  id: newIdentifier('identityProvider', now, systemRandom),
  ...{ name: 'Contoso', organizationId: null, issuer: 'https://provider.example', clientId: 'latchkey' },
  ...{ clientSecretSealed: 'sealed', scopes: ['openid'], isEnabled: true, createsUsers: true },
  ...{ isRequired: false, trustsEmail: 'never', trustsAmr: false, createdAt: now, updatedAt: now },
  ...given,
})
