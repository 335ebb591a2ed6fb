import { invalidRequest } from '../../protocol/error.ts'
import { type OrganizationId, parseIdentifier } from '../../protocol/identifiers.ts'
import type { Parameters } from '../../protocol/parameters.ts'

/** @throws OAuthError invalid_request */
export const checkOrganization = (parameters: Parameters): OrganizationId | undefined => {
  const text = parameters.get('organization_id')
  if (text === undefined) return undefined
  const organizationId = parseIdentifier('organization', text)
  if (organizationId === undefined) throw invalidRequest('organization_id is not the ID of an organization.')
  return organizationId
}
