import { organizationObject } from '../objects/organization.ts'
import { organizationMembershipObject } from '../objects/organization-membership.ts'
import { userObject } from '../objects/user.ts'
import type { OrganizationId, UserId } from '../protocol/identifiers.ts'
import {
  type JwtTemplate,
  readJwtTemplate,
  renderJwtTemplate,
  type TemplateData,
} from '../protocol/jwt-template-rendering.ts'
import type { Stores } from '../storage/index.ts'
import type { TemplateSubjects } from '../storage/stores/jwt-template.ts'
import type { UserAuthorization } from './authorization.ts'

/** The operator's own claims about a user, for an access token. */
export type TemplateClaims = (
  authorization: Pick<UserAuthorization, 'user' | 'organizationId'>,
) => Promise<Readonly<Record<string, unknown>>>

const none = {}

/**
 * Reads nothing without a template, or for one that is about nobody; else once. A sign-in does not fail for the
 * operator's template: its claims are left out, all of them, and the operator is told why.
 *
 * @param template its content as it is now.
 * @param onError hears why a token was issued without the claims.
 */
export const createTemplateClaims = ({
  stores,
  template,
  onError,
}: {
  readonly stores: Pick<Stores, 'jwtTemplate'>
  readonly template: () => Promise<string | null>
  readonly onError: (error: unknown) => void
}): TemplateClaims => {
  let last: { readonly content: string; readonly template: JwtTemplate } | undefined
  const read = (content: string): JwtTemplate => {
    if (last?.content !== content) last = { content, template: readJwtTemplate(content) }
    return last.template
  }

  return async ({ user, organizationId }) => {
    const content = await template()
    if (content === null) return none
    try {
      const parsed = read(content)
      const subjects = parsed.hasPaths
        ? await stores.jwtTemplate.subjects(user.id, organizationId)
        : undefined
      const rendered = renderJwtTemplate(parsed, subjects && dataOf(subjects))
      if ('claims' in rendered) return rendered.claims
      throw new Error(`The JWT template ${rendered.problem}, for the user ${user.id}.`)
    } catch (error) {
      onError(error)
      return none
    }
  }
}

/** What a template would make of somebody, saved or not; `problem` goes on after "The template". */
export const previewTemplateClaims = async (
  stores: Pick<Stores, 'jwtTemplate'>,
  content: string,
  userId: UserId,
  organizationId: OrganizationId | null,
): Promise<ReturnType<typeof renderJwtTemplate> | undefined> => {
  const subjects = await stores.jwtTemplate.subjects(userId, organizationId)
  return subjects && renderJwtTemplate(readJwtTemplate(content), dataOf(subjects))
}

const dataOf = ({ user, organization, membership }: TemplateSubjects): TemplateData => ({
  user: userObject(user),
  organization: organization && organizationObject(organization),
  organization_membership:
    membership && organization
      ? {
          ...organizationMembershipObject({ ...membership, organizationName: organization.name, user }),
          // WorkOS's templates say organization_membership.role and mean its slug.
          role: membership.roleSlug,
        }
      : null,
})
