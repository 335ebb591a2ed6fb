/*
 * Words by which permissions and roles are known: in scopes, in memberships, in paths. Given once and never changed.
 */

/** What fits into the column, and WorkOS's limit. */
export const MAXIMUM_SLUG_LENGTH = 48

/** Characters that RFC 6749 §3.3 allows in a scope, and that nobody mistakes for others. */
export const PERMISSION_SLUG = /^[a-z0-9_:.*-]{1,48}$/

export const ROLE_SLUG = /^[a-z0-9_-]{1,48}$/

/** `.` and `..` vanish from the path of a URL before it is sent, so nobody could ask for what is called so. */
export const isDots = (text: string): boolean => /^\.+$/.test(text)

/** Begins every role of an organization, and none of the environment: so a slug says whose role it is. */
export const ORGANIZATION_ROLE_PREFIX = 'org-'

export const ORGANIZATION_ROLE_SLUG = /^org-[a-z0-9_-]{1,44}$/

/** The role of whoever is given no other; that of WorkOS. There from the start, and for good. */
export const DEFAULT_ROLE = 'member'

/** The role whose members run their organization's applications. */
export const ADMIN_ROLE = 'admin'

/** OIDC Core §5.4, §11: as a scope these mean something else, whether we offer them or not. */
const scopesOfOpenId: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
])

export const isPermissionSlug = (slug: string): boolean =>
  PERMISSION_SLUG.test(slug) && !isDots(slug) && !scopesOfOpenId.has(slug)

export const isEnvironmentRoleSlug = (slug: string): boolean =>
  ROLE_SLUG.test(slug) && !slug.startsWith(ORGANIZATION_ROLE_PREFIX)

export const isOrganizationRoleSlug = (slug: string): boolean => ORGANIZATION_ROLE_SLUG.test(slug)

/** The slug of a role of an organization that is given none: its name as far as it can be written, and `suffix`. */
export const organizationRoleSlugOf = (name: string, suffix: string): string => {
  const room = MAXIMUM_SLUG_LENGTH - ORGANIZATION_ROLE_PREFIX.length - suffix.length - 1
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, room)
    .replace(/^-+|-+$/g, '')
  return `${ORGANIZATION_ROLE_PREFIX}${words === '' ? 'role' : words}-${suffix}`
}
