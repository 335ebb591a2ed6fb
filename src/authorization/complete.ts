import type { GrantConsent } from '../consents/consent.ts'
import { isAgreedTo } from '../consents/coverage.ts'
import { meaningfulTerms } from '../protocol/grant-terms.ts'
import { newIdentifier, type OrganizationId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { GivenConsent } from '../storage/stores/consents.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'
import { invalidRequestUri } from './arrival.ts'
import type { AuthorizationRequest } from './request.ts'

export interface Completion {
  readonly stores: Pick<Stores, 'authorizationCodes'>
  readonly transaction: Transaction
  readonly grantConsent: GrantConsent
  readonly random: Random
  readonly authorizationCodeSeconds: number
}

/**
 * The code of a request that nothing stands in the way of any more: one row written, two at an application's first
 * time with a user.
 *
 * @throws OAuthError invalid_request_uri if another authorization was completed with the same pushed request.
 */
export const completeAuthorization = async (
  { stores, transaction, grantConsent, random, authorizationCodeSeconds }: Completion,
  request: AuthorizationRequest,
  facts: {
    readonly session: LiveSession
    readonly organizationId: OrganizationId | null
    readonly consent: GivenConsent | undefined
  },
  now: Date,
): Promise<string> => {
  const { client, scopes, terms, agreement, provenance } = request
  const { session, organizationId, consent } = facts
  const isCovered = isAgreedTo(agreement, consent)
  // The policy sees to it that others come here with a consent; this is so that no change of it can go unnoticed.
  if (!isCovered && !client.isFirstParty) throw new Error('A third-party application has no consent.')
  // First-party: nobody is asked, and the record is what its tokens stand on all the same.
  const consentId = isCovered
    ? consent.id
    : await grantConsent({ userId: session.userId, client, organizationId }, agreement, now)
  const code = newHandle(random)
  const record = {
    codeHash: sha256(code),
    grantId: newIdentifier('grant', now, random),
    consentId,
    sessionId: session.id,
    redirectUri: request.target.redirectUri,
    redirectUriGiven: request.redirectUriGiven,
    scopes: [...scopes],
    nonce: request.nonce ?? null,
    codeChallenge: request.codeChallenge ?? null,
    authenticatedAt: session.authenticatedAt,
    amr: session.amr,
    expiresAt: addSeconds(now, authorizationCodeSeconds),
    terms: meaningfulTerms(terms),
  }
  const { pushedAs } = provenance
  if (pushedAs === undefined) await stores.authorizationCodes.insert(record)
  else {
    await transaction(async ({ pushedRequests, authorizationCodes }) => {
      if (!(await pushedRequests.use(pushedAs, now))) throw invalidRequestUri('already completed')
      await authorizationCodes.insert(record)
    })
  }
  return code
}
