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
  const demanded = demandedValues(terms.claims?.id_token?.['sub'])
  return (
    (hinted === undefined || namesUser(subjectOf, hinted, client, userId)) &&
    (demanded === undefined || demanded.includes(subjectOf(client, userId)))
  )
}
