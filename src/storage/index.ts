import type { Executor } from './executor.ts'
import { accessTokens } from './stores/access-tokens.ts'
import { apiKeys } from './stores/api-keys.ts'
import { authorizationCodes } from './stores/authorization-codes.ts'
import { authorizationGrants } from './stores/authorization-grants.ts'
import { brandImages } from './stores/brand-images.ts'
import { clientCredentials } from './stores/client-credentials.ts'
import { clientLogos } from './stores/client-logos.ts'
import { clients } from './stores/clients.ts'
import { consents } from './stores/consents.ts'
import { corsOrigins } from './stores/cors-origins.ts'
import { customerKeys } from './stores/customer-keys.ts'
import { deliveryQueues } from './stores/delivery-queues.ts'
import { deviceAuthorizations } from './stores/device-authorizations.ts'
import { emailCodes } from './stores/email-codes.ts'
import { environment } from './stores/environment.ts'
import { environmentRedirectUris } from './stores/environment-redirect-uris.ts'
import { events } from './stores/events.ts'
import { expiredRows } from './stores/expired-rows.ts'
import { externalAuthentications } from './stores/external-authentications.ts'
import { idempotentAnswers } from './stores/idempotent-answers.ts'
import { identities } from './stores/identities.ts'
import { identityProviders } from './stores/identity-providers.ts'
import { implicitGrants } from './stores/implicit-grants.ts'
import { jwtTemplate } from './stores/jwt-template.ts'
import { knownBrowsers } from './stores/known-browsers.ts'
import { loginUris } from './stores/login-uris.ts'
import { logos } from './stores/logos.ts'
import { logoutDeliveries } from './stores/logout-deliveries.ts'
import { mails } from './stores/mails.ts'
import { memberships } from './stores/memberships.ts'
import { operators } from './stores/operators.ts'
import { organizationDomains } from './stores/organization-domains.ts'
import { organizations } from './stores/organizations.ts'
import { passkeys } from './stores/passkeys.ts'
import { permissions } from './stores/permissions.ts'
import { pushedRequests } from './stores/pushed-requests.ts'
import { rateLimits } from './stores/rate-limits.ts'
import { recoveryCodes } from './stores/recovery-codes.ts'
import { refreshTokens } from './stores/refresh-tokens.ts'
import { refusedRequests } from './stores/refused-requests.ts'
import { resourceIndicators } from './stores/resource-indicators.ts'
import { roles } from './stores/roles.ts'
import { search } from './stores/search.ts'
import { seenOnce } from './stores/seen-once.ts'
import { sessions } from './stores/sessions.ts'
import { signingKeys } from './stores/signing-keys.ts'
import { statistics } from './stores/statistics.ts'
import { totpFactors } from './stores/totp-factors.ts'
import { upstreamSignIns } from './stores/upstream-sign-ins.ts'
import { users } from './stores/users.ts'
import { versions } from './stores/versions.ts'
import { webhookDeliveries } from './stores/webhook-deliveries.ts'
import { webhookEndpoints } from './stores/webhook-endpoints.ts'

/** Every store over one executor. */
export const storesOn = (db: Executor) => ({
  accessTokens: accessTokens(db),
  apiKeys: apiKeys(db),
  authorizationCodes: authorizationCodes(db),
  authorizationGrants: authorizationGrants(db),
  clientCredentials: clientCredentials(db),
  brandImages: brandImages(db),
  clientLogos: clientLogos(db),
  clients: clients(db),
  consents: consents(db),
  corsOrigins: corsOrigins(db),
  customerKeys: customerKeys(db),
  deliveryQueues: deliveryQueues(db),
  deviceAuthorizations: deviceAuthorizations(db),
  emailCodes: emailCodes(db),
  environment: environment(db),
  environmentRedirectUris: environmentRedirectUris(db),
  events: events(db),
  expiredRows: expiredRows(db),
  externalAuthentications: externalAuthentications(db),
  idempotentAnswers: idempotentAnswers(db),
  identities: identities(db),
  identityProviders: identityProviders(db),
  loginUris: loginUris(db),
  operators: operators(db),
  versions: versions(db),
  implicitGrants: implicitGrants(db),
  jwtTemplate: jwtTemplate(db),
  knownBrowsers: knownBrowsers(db),
  logos: logos(db),
  logoutDeliveries: logoutDeliveries(db),
  mails: mails(db),
  memberships: memberships(db),
  organizationDomains: organizationDomains(db),
  organizations: organizations(db),
  passkeys: passkeys(db),
  permissions: permissions(db),
  pushedRequests: pushedRequests(db),
  rateLimits: rateLimits(db),
  recoveryCodes: recoveryCodes(db),
  refreshTokens: refreshTokens(db),
  refusedRequests: refusedRequests(db),
  resourceIndicators: resourceIndicators(db),
  roles: roles(db),
  search: search(db),
  seenOnce: seenOnce(db),
  sessions: sessions(db),
  signingKeys: signingKeys(db),
  statistics: statistics(db),
  totpFactors: totpFactors(db),
  upstreamSignIns: upstreamSignIns(db),
  users: users(db),
  webhookDeliveries: webhookDeliveries(db),
  webhookEndpoints: webhookEndpoints(db),
})

export type Stores = ReturnType<typeof storesOn>
