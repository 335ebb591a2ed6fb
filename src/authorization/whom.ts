import { demandedValues } from '../protocol/claims-request.ts'
import type { UserId } from '../protocol/identifiers.ts'
import { namesUser, type Subject, type SubjectOf } from '../tokens/subject.ts'
import type { AuthorizationRequest } from './request.ts'

/**
 * Whether a user is the one that the request is about. It may name one by an ID token that its client got before (OIDC
 * Core §3.1.2.1, id_token_hint), and by the subject that the new one must have (§5.5.1, a value of sub).
 */
export const isMeant = (
  { client, terms }: Pick<AuthorizationRequest, 'client' | 'terms'>,
  /** Whom id_token_hint names. */
  hinted: Subject | undefined,
  userId: UserId,
  subjectOf: SubjectOf,
): boolean => {
  const { id_token: inIdToken, userinfo } = terms.claims ?? {}
  return (
    (hinted === undefined || namesUser(subjectOf, hinted, client, userId)) &&
    // The subject of both is the same (§5.3.2), so it is no matter for which of them one is demanded.
    [inIdToken, userinfo].every((claims) => {
      const demanded = demandedValues(claims?.['sub'])
      return demanded === undefined || demanded.includes(subjectOf(client, userId))
    })
  )
}
