import type { Executor } from './executor.ts'
import { accessTokens } from './stores/access-tokens.ts'
import { apiKeys } from './stores/api-keys.ts'
import { authorizationCodes } from './stores/authorization-codes.ts'
import { authorizationGrants } from './stores/authorization-grants.ts'
import { clientCredentials } from './stores/client-credentials.ts'
import { clients } from './stores/clients.ts'
import { consents } from './stores/consents.ts'
import { environment } from './stores/environment.ts'
import { events } from './stores/events.ts'
import { expiredRows } from './stores/expired-rows.ts'
import { idempotentAnswers } from './stores/idempotent-answers.ts'
import { knownBrowsers } from './stores/known-browsers.ts'
import { memberships } from './stores/memberships.ts'
import { organizationDomains } from './stores/organization-domains.ts'
import { organizations } from './stores/organizations.ts'
import { permissions } from './stores/permissions.ts'
import { rateLimits } from './stores/rate-limits.ts'
import { refreshTokens } from './stores/refresh-tokens.ts'
import { sessions } from './stores/sessions.ts'
import { signingKeys } from './stores/signing-keys.ts'
import { users } from './stores/users.ts'

/** Every store over one executor. */
export const storesOn = (db: Executor) => ({
  accessTokens: accessTokens(db),
  apiKeys: apiKeys(db),
  authorizationCodes: authorizationCodes(db),
  authorizationGrants: authorizationGrants(db),
  clientCredentials: clientCredentials(db),
  clients: clients(db),
  consents: consents(db),
  environment: environment(db),
  events: events(db),
  expiredRows: expiredRows(db),
  idempotentAnswers: idempotentAnswers(db),
  knownBrowsers: knownBrowsers(db),
  memberships: memberships(db),
  organizationDomains: organizationDomains(db),
  organizations: organizations(db),
  permissions: permissions(db),
  rateLimits: rateLimits(db),
  refreshTokens: refreshTokens(db),
  sessions: sessions(db),
  signingKeys: signingKeys(db),
  users: users(db),
})

export type Stores = ReturnType<typeof storesOn>
