import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { note } from '../observability/request-line.ts'
import type { ApiKeyId } from '../protocol/identifiers.ts'
import { isDeeperThan } from '../protocol/nesting.ts'
import type { Clock } from '../system/clock.ts'
import {
  bodyRefusalStatus,
  isGoneMeanwhile,
  isUnavailable,
  RETRY_AFTER_SECONDS,
} from '../system/failure-code.ts'
import { PasswordHashingBusy } from '../system/password-hash.ts'
import { type ApiKeyDependencies, apiKeyOperations } from './api-keys.ts'
import { type ApplicationLogoDependencies, applicationLogoOperations } from './application-logos.ts'
import {
  type ApplicationSettingsDependencies,
  applicationSettingsOperations,
} from './application-settings.ts'
import { type ApplicationDependencies, applicationOperations } from './applications.ts'
import { authenticateKey, requirePermission } from './authenticate.ts'
import {
  type AuthorizedApplicationDependencies,
  authorizedApplicationOperations,
} from './authorized-applications.ts'
import { type BrandingDependencies, brandingOperations } from './branding.ts'
import { type Caller, callerOf } from './caller.ts'
import { type ClientMetadataDependencies, clientMetadataOperations } from './client-metadata.ts'
import { type ClientSecretDependencies, clientSecretOperations } from './client-secrets.ts'
import { type CorsOriginDependencies, corsOriginOperations } from './cors-origins.ts'
import { type CustomerKeyDependencies, customerKeyOperations } from './customer-api-keys.ts'
import { type EventDependencies, eventOperations } from './events.ts'
import { type ExternalSignInDependencies, externalSignInOperations } from './external-sign-in.ts'
import { type IdentityProviderDependencies, identityProviderOperations } from './identity-providers.ts'
import { type JwksByClientDependencies, jwksByClientOperations } from './jwks-by-client.ts'
import { type JwtTemplateDependencies, jwtTemplateOperations } from './jwt-template.ts'
import { type LoginUriDependencies, loginUriOperations } from './login-uris.ts'
import type { Operation } from './operation.ts'
import { type OperatorDependencies, operatorOperations } from './operators.ts'
import { type OrganizationDomainDependencies, organizationDomainOperations } from './organization-domains.ts'
import {
  type OrganizationMembershipDependencies,
  organizationMembershipOperations,
} from './organization-memberships.ts'
import { type OrganizationRoleDependencies, organizationRoleOperations } from './organization-roles.ts'
import { type OrganizationDependencies, organizationOperations } from './organizations.ts'
import { type Performing, perform } from './perform.ts'
import { type PermissionDependencies, permissionOperations } from './permissions.ts'
import { type RedirectUriDependencies, redirectUriOperations } from './redirect-uris.ts'
import { badRequest, conflict, Refusal } from './refusal.ts'
import { recordRefusedChange } from './refused-change.ts'
import { type RefusedRequestDependencies, refusedRequestOperations } from './refused-requests.ts'
import { type ResourceIndicatorDependencies, resourceIndicatorOperations } from './resource-indicators.ts'
import { type RoleDependencies, roleOperations } from './roles.ts'
import { searchOperations } from './search.ts'
import { type SecondFactorDependencies, secondFactorOperations } from './second-factors.ts'
import { type SessionDependencies, sessionOperations } from './sessions.ts'
import { type SettingsDependencies, settingsOperations } from './settings.ts'
import { type SigningKeyDependencies, signingKeyOperations } from './signing-keys.ts'
import { type StatisticsDependencies, statisticsOperations } from './statistics.ts'
import { type UserClaimsDependencies, userClaimsOperations } from './user-claims.ts'
import { type UserDependencies, userOperations } from './users.ts'
import { type WebhookDependencies, webhookOperations } from './webhook-endpoints.ts'

/*
 * The management API: WorkOS's wire shapes at the root, our own additions under /latchkey/v1. Owns who may ask, and
 * how a request that is not granted is answered. Each file beside this one holds the operations on one thing.
 */

/** Bytes of a JSON body: fifty redirection URIs of the longest kind fit in. */
const MAXIMUM_BODY_BYTES = 256 * 1024

/** Of arrays and objects in each other; no body of ours needs a tenth. */
const MAXIMUM_DEPTH = 64

export type ManagementDependencies = Performing &
  EventDependencies &
  ExternalSignInDependencies &
  WebhookDependencies &
  ApplicationDependencies &
  ApplicationLogoDependencies &
  ApplicationSettingsDependencies &
  AuthorizedApplicationDependencies &
  ClientMetadataDependencies &
  ClientSecretDependencies &
  BrandingDependencies &
  CorsOriginDependencies &
  IdentityProviderDependencies &
  LoginUriDependencies &
  JwksByClientDependencies &
  JwtTemplateDependencies &
  OrganizationDependencies &
  OrganizationDomainDependencies &
  OrganizationMembershipDependencies &
  RedirectUriDependencies &
  RefusedRequestDependencies &
  ResourceIndicatorDependencies &
  SecondFactorDependencies &
  SessionDependencies &
  StatisticsDependencies &
  SettingsDependencies &
  SigningKeyDependencies &
  UserClaimsDependencies &
  UserDependencies &
  ApiKeyDependencies &
  CustomerKeyDependencies &
  OrganizationRoleDependencies &
  OperatorDependencies &
  PermissionDependencies &
  RoleDependencies & {
    readonly clock: Clock
    /** Notes a use of a key, to be written down later. */
    readonly apiKeyUsed: (id: ApiKeyId, now: Date) => void
  }

/** Everything the API can do; the document of the API is made from the same list. */
export const managementOperations = (deps: ManagementDependencies): readonly Operation[] => [
  ...applicationOperations(deps),
  ...clientSecretOperations(deps),
  ...applicationSettingsOperations(deps),
  ...clientMetadataOperations(deps),
  ...refusedRequestOperations(deps),
  ...statisticsOperations(deps),
  ...searchOperations(deps),
  ...applicationLogoOperations(deps),
  ...authorizedApplicationOperations(deps),
  ...externalSignInOperations(deps),
  ...apiKeyOperations(deps),
  ...customerKeyOperations(deps),
  ...organizationOperations(deps),
  ...organizationDomainOperations(deps),
  ...organizationMembershipOperations(deps),
  ...redirectUriOperations(deps),
  ...corsOriginOperations(deps),
  ...resourceIndicatorOperations(deps),
  ...jwtTemplateOperations(deps),
  ...settingsOperations(deps),
  ...brandingOperations(deps),
  ...signingKeyOperations(deps),
  ...identityProviderOperations(deps),
  ...loginUriOperations(deps),
  ...jwksByClientOperations(deps),
  ...eventOperations(deps),
  ...webhookOperations(deps),
  ...userOperations(deps),
  ...userClaimsOperations(deps),
  ...sessionOperations(deps),
  ...secondFactorOperations(deps),
  ...organizationRoleOperations(deps),
  ...permissionOperations(deps),
  ...roleOperations(deps),
  ...operatorOperations(deps),
]

export const managementApi = (
  deps: ManagementDependencies,
  operations: readonly Operation[],
): FastifyPluginAsync =>
  async function managementScope(app) {
    acceptJson(app)
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.setErrorHandler(async (error, request, reply) => {
      const answer = answerTo(error)
      const { status, body, retryAfter } = answer
      const asking = askings.get(request)
      if (asking?.operation.isChange && answer instanceof Refusal) {
        const { operation, caller } = asking
        const params = request.params as Record<string, string>
        await recordRefusedChange(
          deps,
          { operation, actor: caller.actor, params, refusal: answer },
          deps.clock.now(),
          (failure) => request.log.error({ err: failure, requestId: request.id }),
        )
      }
      // Codes, never messages: those repeat what was sent, and people paste keys into paths.
      note(request, { outcome: body.code ?? String(status), reason: codesOf(error) })
      if (status >= 500) request.log.error({ err: error, requestId: request.id })
      if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
      // RFC 9110 §15.5.2: a 401 names the scheme that would do.
      if (status === 401) reply.header('www-authenticate', 'Bearer')
      return reply.code(status).send(body)
    })
    for (const operation of operations) {
      if (!operation.rawBody) route(app, operation, deps)
    }
    await app.register(async function rawBodyScope(scope) {
      acceptBytes(scope)
      for (const operation of operations) {
        if (operation.rawBody) route(scope, operation, deps)
      }
    })
  }

const route = (app: FastifyInstance, operation: Operation, deps: ManagementDependencies): void => {
  const { stores, clock, apiKeyUsed } = deps
  app.route({
    method: operation.method,
    url: operation.path,
    // Before the body is read: strangers do not get to send one.
    onRequest: async (request) => {
      if (operation.permission === 'public') return
      const apiKey = await authenticateKey(stores, request.headers.authorization)
      askings.set(request, { operation, caller: callerOf(apiKey) })
      note(request, { apiKeyId: apiKey.id })
      apiKeyUsed(apiKey.id, clock.now())
      // Before the body is read, too: whoever lacks the right hears of that and not of what they sent.
      requirePermission(apiKey, operation.permission)
    },
    handler: async (request, reply) => {
      const now = clock.now()
      const performed = await perform(deps, {
        operation,
        caller: askings.get(request)?.caller,
        params: request.params as Record<string, string>,
        query: request.query,
        body: request.body,
        url: request.url,
        idempotencyKey: request.headers['idempotency-key'],
        now,
      })
      if (operation.cacheSeconds !== undefined) {
        reply
          .header('cache-control', `public, max-age=${operation.cacheSeconds}`)
          .header('access-control-allow-origin', '*')
      }
      if (performed.isReplayed) reply.header('idempotent-replayed', 'true')
      reply.code(performed.status)
      return performed.body === undefined || performed.body === null
        ? reply.send()
        : reply.send(performed.body)
    },
  })
}

interface Asking {
  readonly operation: Operation
  readonly caller: Caller
}

/** Who asks for what, from the hook that finds out on. */
const askings = new WeakMap<FastifyRequest, Asking>()

/**
 * The SDK says `Content-Type: application/json` with every request, mostly without a body: that is none. Members such as
 * `__proto__` are refused by the parser.
 */
const acceptJson = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: MAXIMUM_BODY_BYTES },
    (request, text: string, done) => {
      if (text.trim() === '') return done(null, undefined)
      void parse(request, text, (error, body) =>
        // Before anybody walks through it: the stack ends somewhere.
        isDeeperThan(MAXIMUM_DEPTH, body)
          ? done(badRequest('invalid_json', 'The body is nested too deeply.'))
          : done(error, body),
      )
    },
  )
}

/** Whatever type is declared: what the bytes are is read from themselves. */
const acceptBytes = (scope: FastifyInstance): void => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: MAXIMUM_BODY_BYTES },
    async (_request: FastifyRequest, body: Buffer) => body,
  )
}

/** What was wrong with a request, in words of ours. */
const codesOf = (error: unknown): string =>
  error instanceof Refusal && error.body.errors
    ? [...new Set(error.body.errors.map(({ code }) => code))].join(' ')
    : ''

interface ErrorAnswer {
  readonly status: number
  readonly body: { readonly message: string; readonly code?: string }
  readonly retryAfter?: number
}

const answerTo = (error: unknown): ErrorAnswer => {
  if (error instanceof Refusal) return error
  if (error instanceof PasswordHashingBusy) {
    return {
      status: 503,
      body: { message: 'Too many passwords wait to be hashed.' },
      retryAfter: error.retryAfter,
    }
  }
  if (isUnavailable(error)) {
    return { status: 503, body: { message: 'Try again in a moment.' }, retryAfter: RETRY_AFTER_SECONDS }
  }
  if (isGoneMeanwhile(error)) {
    return conflict('gone_meanwhile', 'Something that this refers to was deleted meanwhile.')
  }
  switch (bodyRefusalStatus(error)) {
    case 413:
      return new Refusal(413, { message: 'The body is too large.', code: 'body_too_large' })
    case 415:
      return new Refusal(415, {
        message: 'The body must be application/json.',
        code: 'unsupported_media_type',
      })
    case undefined:
      return { status: 500, body: { message: 'Something went wrong here; try again later.' } }
    default:
      return badRequest('invalid_json', 'The body cannot be read as JSON.')
  }
}
