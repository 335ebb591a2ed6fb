/** What of WorkOS's API is not here, by path, and why. docs/workos-compatibility.md prints this list. */

export interface Absence {
  readonly what: string
  readonly paths: RegExp
  /** Where others of that path are here. */
  readonly methods?: readonly string[]
  readonly reason: string
}

export const absences: readonly Absence[] = [
  {
    what: 'SSO connections, directories, the admin portal and widgets',
    paths: /^\/(sso\/(?!jwks)|(connections|directories|directory_groups|directory_users|portal|widgets)\b)/,
    reason: 'products beside Connect; who signs in with what is decided by the login page',
  },
  {
    what: 'AuthKit’s own sign-in endpoints',
    paths: /^\/user_management\/(authenticate|authorize)\b|^\/user_management\/sessions\/logout$/,
    reason: 'applications sign users in through `/oauth2/authorize`, the own ones as well',
  },
  {
    what: 'invitations, magic links, e-mail verification and password reset by message',
    paths:
      /^\/user_management\/(invitations|magic_auth|email_verification|password_reset)\b|\/email_(change|verification)\//,
    reason: 'no messages are sent; whoever has the address proved says so with `email_verified`',
  },
  {
    what: 'enrolling and challenging second factors',
    methods: ['POST'],
    paths: /^\/auth\/|\/auth_factors\b/,
    reason: 'users set one up, and show it, on the pages of this server',
  },
  {
    what: 'identities at other providers and connected accounts',
    paths: /\/(identities|connected_accounts|data_providers)\b|^\/data-integrations\//,
    reason: 'users sign in with a password or a passkey',
  },
  {
    what: 'groups, resources and role assignments of fine-grained authorization',
    paths: /\/groups\b|\/resources\b|^\/authorization\/organization_memberships\//,
    reason: 'a membership has one role, and roles have permissions',
  },
  {
    what: 'audit logs',
    paths: /^\/audit_logs\b|\/audit_log/,
    reason: '`/events` is the log of what was done here',
  },
  {
    what: 'feature flags and Radar',
    paths: /\/feature-flags\b|^\/radar\b/,
    reason: 'products beside Connect',
  },
]
