import { actingAs } from '../events/record.ts'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import { domainOf, requiredOfAddress } from '../identity-providers/of-address.ts'
import type { SaidClaims } from '../identity-providers/provider-client.ts'
import type { UserId } from '../protocol/identifiers.ts'
import { type Identity, linkIdentity } from '../sessions/link-identity.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'
import { createUser } from '../users/create-user.ts'
import { parseEmail, parseLocale } from '../users/user.ts'
import { parseName } from '../users/user-fields.ts'

/*
 * Who it is that comes from a provider. Somebody whom it named before is known by what it calls them, whatever address it
 * says now (OIDC Core §5.7: nothing else is stable). An address leads to an account only if the provider is trusted with
 * it, and then only to the page on which its owner proves that it is theirs: a provider's word alone takes nobody's account.
 */

export type Recognized =
  | { readonly outcome: 'known'; readonly userId: UserId }
  /** There is an account with that address. */
  | { readonly outcome: 'to_be_linked'; readonly identity: Identity }
  | { readonly outcome: 'email_not_trusted' | 'unknown_user' }

export type Recognize = (provider: IdentityProvider, claims: SaidClaims, now: Date) => Promise<Recognized>

/** Rolls back an account that nobody could sign in to. */
class NotConnected extends Error {}

export const createRecognize =
  ({ transaction, random }: { readonly transaction: Transaction; readonly random: Random }): Recognize =>
  (provider, claims, now) =>
    transaction<Recognized>(async (stores) => {
      const { id: providerId, organizationId } = provider
      const said = typeof claims['email'] === 'string' ? parseEmail(claims['email']) : undefined
      const subject = { providerId, subject: claims.sub }
      const known = await stores.identities.use(subject, said?.email ?? null, now)
      if (known) return { outcome: 'known', userId: known.userId }

      if (!said || !(await isTrusted(stores, provider, claims, said.normalizedEmail))) {
        return { outcome: 'email_not_trusted' }
      }
      const { email, normalizedEmail } = said
      const identity: Identity = { ...subject, email, organizationId }
      if (await stores.users.byNormalizedEmail(normalizedEmail)) return { outcome: 'to_be_linked', identity }
      if (!provider.createsUsers) return { outcome: 'unknown_user' }

      const acting = actingAs({ type: 'user' }, { stores, now, random })
      const created = await createUser(acting, { email, emailVerified: true, ...profileOf(claims) })
      // Somebody has just taken the address: they are to prove that it is theirs, too.
      if (created.outcome === 'refused') return { outcome: 'to_be_linked', identity }
      // The provider has just been deleted, or has just named somebody of another address the same.
      if (!(await linkIdentity(acting, created.user.id, identity))) throw new NotConnected()
      return { outcome: 'known', userId: created.user.id }
    }).catch((error: unknown) => {
      if (error instanceof NotConnected) return { outcome: 'unknown_user' }
      throw error
    })

/** An organization's provider speaks for the addresses of its own domains, and for no others; a required one alone does. */
const isTrusted = async (
  stores: Pick<Stores, 'identityProviders'>,
  { id, trustsEmail, organizationId }: IdentityProvider,
  claims: SaidClaims,
  normalizedEmail: string,
): Promise<boolean> => {
  const isVerified = trustsEmail === 'when_verified' && claims['email_verified'] === true
  if (trustsEmail !== 'always' && !isVerified) return false
  const required = await requiredOfAddress(stores, normalizedEmail)
  // Whoever could not sign in there is not to have an account opened, or connected, by it.
  if (required.length > 0 && !required.some((other) => other.id === id)) return false
  return (
    organizationId === null ||
    stores.identityProviders.isOfOrganization(organizationId, domainOf(normalizedEmail))
  )
}

/** What a provider says that may be no name of ours is left out. */
const profileOf = (claims: SaidClaims) => {
  const name = (claim: string): string | undefined => {
    const value = claims[claim]
    return typeof value === 'string' ? (parseName(value) ?? undefined) : undefined
  }
  const { locale } = claims
  return {
    firstName: name('given_name'),
    lastName: name('family_name'),
    name: name('name'),
    ...(typeof locale === 'string' && parseLocale(locale) !== undefined && { locale }),
  }
}
