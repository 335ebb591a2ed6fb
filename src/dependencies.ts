import { createAuthenticators } from './authenticators/create-authenticators.ts'
import { createPendingRequests } from './authorization/pending-request.ts'
import { createReferencedObjects } from './authorization/referenced-object.ts'
import { createTrialRequests } from './authorization/trial-request.ts'
import { openCaches } from './caches.ts'
import { clientAuthenticationMethods } from './client-authentication/index.ts'
import { createClientKeys } from './clients/client-keys.ts'
import { createClientLogos } from './clients/client-logos.ts'
import { createCheckSector } from './clients/sector-identifier-uri.ts'
import { createSelfDescribed } from './clients/self-described.ts'
import { takesClientCertificates } from './config/client-certificates.ts'
import type { Config } from './config/config.ts'
import { type Lifetimes, lifetimes as standardLifetimes } from './config/lifetimes.ts'
import { hashesAtOnce } from './config/worker-settings.ts'
import { createGrantConsent } from './consents/consent.ts'
import { createDeliveries } from './deliveries.ts'
import { createDecideDevice } from './device-authorization/decide.ts'
import { createEnterCode } from './device-authorization/enter-code.ts'
import { DIAGNOSIS_PURPOSE } from './doctor/diagnosis.ts'
import { createCertificateOf } from './endpoints/client-certificate.ts'
import { configuredSettings } from './environment/configured-settings.ts'
import { type Foundation, keyChangingOf, prepareEnvironment, requireMigrated } from './foundation.ts'
import { createGrants } from './grants/index.ts'
import { createAccountChanges } from './interaction/account/changes.ts'
import { createIssuing } from './issuing.ts'
import { createJobs } from './jobs/all.ts'
import { flushUsage } from './jobs/flush-usage.ts'
import { createRefusedRequests } from './jobs/refused-requests.ts'
import { scheduleJobs } from './jobs/schedule.ts'
import { createStatistics } from './jobs/statistics.ts'
import { createUsages } from './jobs/usages.ts'
import { type LimitOverrides, limitsOf } from './limits.ts'
import { createSealedLogoutRequests } from './logout/sealed-request.ts'
import { warnOfMail } from './mail/create-mail.ts'
import { createLogger, type Logger } from './observability/logger.ts'
import { createObserving, createTelling } from './observing.ts'
import { createDpopNonces } from './proof-of-possession/dpop-nonce.ts'
import { newUlid } from './protocol/identifiers.ts'
import { paths } from './protocol/paths.ts'
import { supportedResponseTypes } from './protocol/response-type.ts'
import { createBrowserContexts } from './sessions/browser-context.ts'
import { createEndSession } from './sessions/browser-session.ts'
import {
  createBeginExternalSignIn,
  createContinueExternalSignIn,
} from './sessions/external-authentication.ts'
import { createSigningIn } from './sessions/signing-in.ts'
import { storesOn } from './storage/index.ts'
import { type ExpiringTable, expiringTables } from './storage/stores/expired-rows.ts'
import { transactionOn } from './storage/transaction.ts'
import { createAddressList } from './system/address-list.ts'
import { type Clock, systemClock } from './system/clock.ts'
import { createDnsLookup, type DnsLookup } from './system/dns.ts'
import { createSealer, deriveKey } from './system/encryption.ts'
import { hashingProcess } from './system/hashing-process.ts'
import { createOutboundFetch, type OutboundFetch } from './system/outbound-fetch.ts'
import { createPasswordHasher, type PasswordHasher } from './system/password-hash.ts'
import { type Random, systemRandom } from './system/random.ts'
import { createRevokeGrant } from './tokens/revoke-grant.ts'
import { createVerifySignature } from './tokens/verified-signatures.ts'
import { createUpstream } from './upstream/create-upstream.ts'

/*
 * The composition root: from the configuration to everything that works together, and back to nothing.
 */

/** As many as are hashed in a second or two: whoever comes later is better told to come again. */
const PASSWORDS_WAITING = 64

export interface Overrides extends LimitOverrides {
  readonly clock?: Clock
  readonly random?: Random
  readonly lifetimes?: Partial<Lifetimes>
  readonly passwordHasher?: PasswordHasher
  readonly logger?: Logger
  readonly outboundFetch?: OutboundFetch
  readonly clientLogoPatienceMilliseconds?: number
  readonly dns?: DnsLookup
  readonly expiringTables?: readonly ExpiringTable[]
}

export type Dependencies = Awaited<ReturnType<typeof createDependencies>>

/**
 * Everything a serving node is made of. Takes over the foundation: `close` closes it.
 *
 * @throws PendingMigrations
 */
export const createDependencies = async (
  config: Config,
  foundation: Foundation,
  overrides: Overrides = {},
) => {
  const { database, secret } = foundation
  const clock = overrides.clock ?? systemClock
  const random = overrides.random ?? systemRandom
  const logger = overrides.logger ?? createLogger({ level: config.logLevel })
  const lifetimes: Lifetimes = { ...standardLifetimes, ...overrides.lifetimes }
  const later = await requireMigrated(database, config)
  if (later.length > 0)
    logger.warn({ migrations: later }, 'the database has been migrated by a later version')
  const keyChanging = keyChangingOf(foundation, lifetimes, random)
  const { clientId: environmentClientId } = await prepareEnvironment(
    { database, keyChanging },
    clock.now(),
    random,
  )

  const observing = await createObserving(database, clock, { config, logger })
  const stores = storesOn(database.kysely)
  const transaction = transactionOn(database.kysely)
  const configured = configuredSettings(config, lifetimes)
  let scheduled: ReturnType<typeof scheduleJobs> | undefined
  const { clientRegistry, environment, keyRing, checkKeys } = await openCaches({
    ...{ database, stores, keyChanging, configured, clock, logger },
    cacheSeconds: lifetimes.cacheSeconds,
    logoutQueued: () => scheduled?.soon('deliver-logouts'),
    mailQueued: () => scheduled?.soon('deliver-mail'),
  })

  const hashing = overrides.passwordHasher ? undefined : hashingProcess()
  const passwordHasher = observing.passwordHasher(
    overrides.passwordHasher ??
      createPasswordHasher({ concurrent: hashesAtOnce(config.workers), waiting: PASSWORDS_WAITING }, hashing),
  )
  const usages = createUsages(stores)
  const refusedRequests = createRefusedRequests({ stores, random })
  const statistics = createStatistics({ stores })
  const gathered = [refusedRequests, statistics]
  const grantConsent = createGrantConsent({ transaction, random })
  const findClient = clientRegistry.find
  const revokeGrant = createRevokeGrant({ transaction, random })
  const { subjectOf, sidOf, tokenIssuing, grantLifetimes } = createIssuing({
    ...{ config, stores, environment, environmentClientId, secret, random, logger },
    signJwt: keyRing.signJwt,
  })
  const ownTokens = { issuer: config.issuer, keyOf: keyRing.verificationKey }
  const verification = {
    ...ownTokens,
    verifySignature: createVerifySignature(ownTokens),
    stores,
    subjectOf,
    findClient,
  }

  const limits = limitsOf(config.relaxRateLimits, overrides)
  if (config.relaxRateLimits) {
    logger.warn({}, 'rate limits are relaxed: this is for test environments, where nobody guesses passwords')
  }
  if (config.outboundAllowedHosts.length > 0) {
    logger.warn(
      { hosts: config.outboundAllowedHosts },
      'requests may go to these hosts over http and in private networks',
    )
  }
  const outboundFetch = observing.outboundFetch(
    overrides.outboundFetch ?? createOutboundFetch({ allowedHosts: config.outboundAllowedHosts }),
  )
  const clientKeys = createClientKeys({
    outboundFetch,
    clock,
    onError: (error) => logger.warn({ err: error }, 'fetching the key set of a client'),
  })
  const clientLogos = createClientLogos({
    ...{ stores, outboundFetch },
    patienceMilliseconds: overrides.clientLogoPatienceMilliseconds,
    onError: (error) => logger.error({ err: error }, 'fetching the logo of a client'),
  })
  const userCodeKey = deriveKey(secret, 'user code')
  const answering = { issuer: config.issuer, signJwt: keyRing.signJwt }
  const selfDescribed = createSelfDescribed({
    ...{ clientRegistry, outboundFetch, stores, transaction, clock, random },
    registrationLimits: limits.registration,
    isOn: async () => (await environment.current()).settings.clientIdMetadataDocuments,
  })
  const trialRequests = createTrialRequests(createSealer(secret, 'trial-request', random), {
    redirectUri: (config.managementListener?.origin ?? config.issuer) + paths.trialCallback,
    seconds: lifetimes.pendingRequestSeconds,
  })
  const arriving = {
    trialRequests,
    ...selfDescribed,
    environmentRedirectUris: environment.redirectUris,
    requestObjects: { issuer: config.issuer, verifyClientJwt: clientKeys.verifyClientJwt },
    referencedObjects: createReferencedObjects({ outboundFetch, clock }),
    environment,
    stores,
  }
  const { origin: certificateOrigin } = config.clientCertificates
  const isTrustedProxy = createAddressList(config.trustedProxies)
  const origins = [config.issuer, ...(certificateOrigin === undefined ? [] : [certificateOrigin])] as const
  const { webhookSealer, delivering, deliveringLogouts, mail } = createDeliveries({
    ...{ config, stores, transaction, findClient, subjectOf, sidOf, ...answering },
    ...{ outboundFetch, secret, clock, random, logger, branded: environment.current },
  })

  const { upstream, providerRules } = createUpstream({
    ...{ stores, transaction, outboundFetch, clock, random, secret },
    issuer: config.issuer,
    seconds: lifetimes.upstreamSignInSeconds,
    relaxRateLimits: config.relaxRateLimits,
    allowedHosts: config.outboundAllowedHosts,
  })

  const jobs = createJobs({
    ...{ stores, transaction, environment, keyChanging, clock, random, logger },
    ...{
      tables: overrides.expiringTables ?? expiringTables,
      usages,
      gathered,
      delivering,
      deliveringLogouts,
      mail,
    },
  })
  const checkSector = createCheckSector(outboundFetch)
  const sessionSeconds = async () => (await environment.current()).settings.sessionSeconds
  const signingIn = createSigningIn({
    ...{ stores, transaction, clock, random, passwordHasher, sessionSeconds },
    sealer: createSealer(secret, 'sign-in-progress', random),
    progressSeconds: lifetimes.pendingRequestSeconds,
    ...{ codeKey: deriveKey(secret, 'email code'), queueMail: mail.queue, isRelaxed: config.relaxRateLimits },
    limits: limits.signIn,
  })
  let isStopping = false

  return {
    ...{ config, lifetimes, logger, clock, random },
    ...{ environment, environmentClientId, stores, transaction },
    ...{ keyChanging, keyRing, passwordHasher, mail, upstream },
    newRequestId: () => newUlid(clock.now(), random),
    ...{ clientKeys, clientLogos, trialRequests },
    clientAuthentication: { findClient, clientKeys, stores, origins },
    ...selfDescribed,
    dpop: { nonces: createDpopNonces(deriveKey(secret, 'dpop-nonce')), origins },
    diagnosing: { key: deriveKey(secret, DIAGNOSIS_PURPOSE), isTrustedProxy },
    certificateOf: createCertificateOf({
      ...config.clientCertificates,
      isTrustedProxy,
      verifiesChains: config.clientCertificates.listener?.authoritiesFile !== undefined,
    }),
    credentialUsed: usages.credentialUsed,
    clientUsed: usages.clientUsed,
    consentUsed: usages.consentUsed,
    requestRefused: refusedRequests.refused,
    requestCounted: statistics.answered,
    clientRegistry,
    dynamicRegistration: {
      stores,
      transaction,
      random,
      checkSector,
      registrationLimits: limits.registration,
      responseTypes: async () => supportedResponseTypes((await environment.current()).settings),
      authMethods: clientAuthenticationMethods(takesClientCertificates(config.clientCertificates)),
      clientUsed: usages.clientUsed,
    },
    grants: createGrants({
      stores,
      verification,
      random,
      revokeGrant,
      refreshTokenGraceSeconds: lifetimes.refreshTokenGraceSeconds,
      lifetimes: grantLifetimes,
    }),
    tokenIssuing,
    verification,
    introspection: verification,
    revocation: { ...verification, revokeGrant },
    answering,
    signedAnswers: answering,
    arriving,
    requestPushing: {
      ...arriving,
      random,
      pushedRequestSeconds: lifetimes.pushedRequestSeconds,
      strangerPushesAMinute: limits.strangerPushesAMinute,
    },
    deviceAuthorizing: {
      stores,
      environment,
      random,
      ...selfDescribed,
      userCodeKey,
      deviceLimits: limits.devices,
      deviceCodeSeconds: lifetimes.deviceCodeSeconds,
      devicePollSeconds: lifetimes.devicePollSeconds,
    },
    authorization: {
      ...answering,
      ...arriving,
      ...{ tokenIssuing, grantLifetimes, clientUsed: usages.clientUsed, consentUsed: usages.consentUsed },
      ...{ verification, subjectOf, stores, transaction, grantConsent, random },
      decideDevice: createDecideDevice({ transaction, random }),
      authorizationCodeSeconds: lifetimes.authorizationCodeSeconds,
      pendingRequestSeconds: lifetimes.pendingRequestSeconds,
    },
    grantConsent,
    ...{ findClient, sidOf },
    enterCode: createEnterCode({ stores, userCodeKey, limits: limits.devices.entry }),
    pendingRequests: createPendingRequests(
      createSealer(secret, 'pending-request', random),
      lifetimes.pendingRequestSeconds,
    ),
    logout: {
      findClient,
      verification,
      naming: { subjectOf, sidOf },
      sealedRequests: createSealedLogoutRequests({
        sealer: createSealer(secret, 'logout-request', random),
        lifetimeSeconds: lifetimes.pendingRequestSeconds,
        findClient,
      }),
    },
    browserContexts: createBrowserContexts({
      stores,
      random,
      csrfKey: deriveKey(secret, 'csrf'),
      secure: config.issuer.startsWith('https:'),
      sessionUsed: usages.sessionUsed,
    }),
    authenticators: createAuthenticators({ stores, transaction, random, secret, config, lifetimes }),
    ...signingIn,
    beginExternalSignIn: createBeginExternalSignIn({
      ...{ stores, random, ...answering },
      seconds: lifetimes.externalAuthenticationSeconds,
      perMinute: limits.externalSignInsAMinute,
    }),
    continueExternalSignIn: createContinueExternalSignIn({
      ...{ stores, transaction, random, sessionSeconds },
    }),
    endSession: createEndSession({ transaction, random }),
    accountChanges: createAccountChanges({
      ...{ stores, transaction, random, passwordHasher, mail, secret },
      limits: limits.signIn,
      ...signingIn,
    }),
    management: {
      ...{ stores, transaction, clock, random, findClient, passwordHasher, issuer: config.issuer },
      ...{ clientRegistry, checkSector, environment, environmentClientId, configured, keyChanging, keyRing },
      ...{ apiKeyUsed: usages.apiKeyUsed, customerKeyUsed: usages.customerKeyUsed },
      providerRules,
      outboundAllowedHosts: config.outboundAllowedHosts,
      webhookRules: { sealer: webhookSealer, allowedHosts: config.outboundAllowedHosts },
      dns: overrides.dns ?? createDnsLookup(),
      idempotencySecret: deriveKey(secret, 'idempotency'),
      flushRefusedRequests: refusedRequests.flush,
      flushStatistics: statistics.flush,
      keySetCacheSeconds: lifetimes.keySetCacheSeconds,
      externalAuthenticationSeconds: lifetimes.externalAuthenticationSeconds,
    },
    tracing: observing.tracing,
    ...createTelling({
      ...{ metrics: observing.metrics, database, stores, keyRing, keyChanging, passwordHasher, clock },
      ...{ clientRegistry, environment, checkKeys, isStopping: () => isStopping },
    }),
    /** Whoever asks if the node is ready is told no from now on; it still does its work. */
    announceStop: () => {
      isStopping = true
    },
    startJobs: () => {
      hashing?.begin()
      warnOfMail(mail, environment.latest().settings, logger)
      scheduled ??= scheduleJobs(observing.jobs(jobs), {
        random,
        onError: (job, error) => logger.error({ err: error, job }, 'job failed'),
      })
    },
    close: async () => {
      await scheduled?.stop()
      await clientLogos.settled()
      await flushUsage([...usages.all, ...gathered]).catch((error: unknown) =>
        logger.error({ err: error }, 'uses lost'),
      )
      await observing.tracing?.stop()
      hashing?.end()
      await foundation[Symbol.asyncDispose]()
    },
  }
}
