import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { dashboardPages } from './dashboard/index.ts'
import { workspaceAssets } from './dashboard/workspace-assets.ts'
import type { Dependencies } from './dependencies.ts'
import { apiDocumentEndpoint } from './endpoints/api-document.ts'
import { authorizeEndpoint } from './endpoints/authorize.ts'
import { backChannel } from './endpoints/back-channel.ts'
import { deviceAuthorizationEndpoint } from './endpoints/device-authorization.ts'
import { diagnosisEndpoint } from './endpoints/diagnosis.ts'
import { healthEndpoint } from './endpoints/health.ts'
import { introspectionEndpoint } from './endpoints/introspect.ts'
import { jwksEndpoint } from './endpoints/jwks.ts'
import { atEveryListener, atManagementListener, keepListenersApart } from './endpoints/listeners.ts'
import { logoEndpoint } from './endpoints/logos.ts'
import { metadataEndpoint } from './endpoints/metadata.ts'
import { observeRequests } from './endpoints/observe-requests.ts'
import { pushedAuthorizationRequestEndpoint } from './endpoints/pushed-authorization-request.ts'
import { registrationEndpoint } from './endpoints/register.ts'
import { revocationEndpoint } from './endpoints/revoke.ts'
import { tokenEndpoint } from './endpoints/token.ts'
import { userinfoEndpoint } from './endpoints/userinfo.ts'
import { formPostScript, passkeyScript, signedOutScript, stylesheet } from './html/stylesheet.ts'
import { accountPages } from './interaction/account/index.ts'
import { consentPage } from './interaction/consent.ts'
import { createReaderIsDeveloper } from './interaction/developer.ts'
import { developmentMailPage } from './interaction/development-mail.ts'
import { devicePage } from './interaction/device.ts'
import { sendHtml } from './interaction/document.ts'
import { externalSignInPage } from './interaction/external-sign-in.ts'
import { homePage } from './interaction/home.ts'
import { pageScope } from './interaction/index.ts'
import { logoutEndpoint } from './interaction/logout.ts'
import { pageAssets } from './interaction/page-assets.ts'
import { createSendResponse } from './interaction/response.ts'
import { selectOrganizationPage } from './interaction/select-organization.ts'
import { signInPages } from './interaction/sign-in/index.ts'
import { signOut } from './interaction/sign-out.ts'
import { createSite } from './interaction/site.ts'
import { languages } from './interaction/text/index.ts'
import { upstreamCallback } from './interaction/upstream-callback.ts'
import { managementApi, managementOperations } from './management/index.ts'
import { type OpenApiDocument, openApiDocument } from './management/openapi.ts'
import { apiReference } from './management/reference/index.ts'
import { portalPages } from './portal/index.ts'
import { readForwardedFor } from './system/forwarded-for.ts'
import { sha256Hex } from './system/hash.ts'
import type { RequestListener, Server } from './system/tls-server.ts'

/** How long a client may take to send a request, and how long an idle connection is kept, in milliseconds. */
const REQUEST_TIMEOUT = 30_000
const KEEP_ALIVE_TIMEOUT = 72_000

/**
 * The whole server, not yet listening: one scope for each language of failure.
 *
 * @param createServer what it listens with, at one address; without, the framework also listens at others that it finds,
 *   and does not wait for what runs there when it closes.
 */
export const buildApp = async (
  dependencies: Dependencies,
  createServer?: (handler: RequestListener) => Server,
): Promise<FastifyInstance> => {
  const { config, lifetimes, logger, newRequestId } = dependencies
  const { issuer } = config
  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // One line a request is ours to write, below.
    logController: new LogController({ disableRequestLogging: true }),
    // Whoever logs says which request it is about: a logger of its own would cost each request more than it says.
    childLoggerFactory: (parent) => parent,
    genReqId: newRequestId,
    // What still arrives on a connection while the server stops is answered like all else; it is the last one on it.
    return503OnClosing: false,
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    ...(createServer
      ? { serverFactory: (handler: RequestListener) => withTimeouts(createServer(handler)) }
      : { requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: KEEP_ALIVE_TIMEOUT }),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 256 },
    frameworkErrors: answerUnroutable,
  })

  const isSecure = issuer.startsWith('https:')
  app.addHook('onRequest', (request, reply, done) => {
    readForwardedFor(request.raw)
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
    if (isSecure) reply.header('strict-transport-security', 'max-age=31536000')
    done()
  })
  observeRequests(app, dependencies)
  keepListenersApart(app, config.managementListener, issuer)

  const site = createSite({
    environment: dependencies.environment,
    stylesheet: stylesheet(sha256Hex),
    formPostScript: formPostScript(sha256Hex),
    signedOutScript: signedOutScript(sha256Hex),
    passkeyScript: passkeyScript(sha256Hex),
  })

  const uiLocales = languages.map(({ language }) => language.tag)

  // Where authorizations begin, a client may be one that was never here before.
  const beginning = {
    ...dependencies,
    clientAuthentication: {
      ...dependencies.clientAuthentication,
      findClient: dependencies.findToAuthorize,
    },
  }

  await app.register(atEveryListener(healthEndpoint(dependencies)))
  const { clientCertificates } = config
  await app.register(
    metadataEndpoint({ ...dependencies, ...lifetimes, issuer, clientCertificates, uiLocales }),
  )
  await app.register(jwksEndpoint({ ...dependencies, ...lifetimes }))
  await app.register(
    backChannel({ issuer, crossOrigin: dependencies.environment }, async (scope) => {
      await scope.register(tokenEndpoint(dependencies))
      await scope.register(revocationEndpoint(dependencies))
      await scope.register(deviceAuthorizationEndpoint({ ...beginning, issuer }))
    }),
  )
  await app.register(
    // RFC 9126 §2.3: 413 for a request that is too large.
    backChannel({ issuer, crossOrigin: dependencies.environment, tooLarge: 413 }, async (scope) => {
      await scope.register(pushedAuthorizationRequestEndpoint(beginning))
    }),
  )
  await app.register(
    backChannel(
      {
        issuer,
        crossOrigin: dependencies.environment,
        body: 'json',
        methods: 'GET, POST, PUT, DELETE',
        tooLarge: 413,
      },
      async (scope) => {
        await scope.register(registrationEndpoint({ ...dependencies, issuer }))
      },
    ),
  )
  // Resource servers introspect, browsers have no business to (RFC 7662 §2).
  await app.register(
    backChannel({ issuer, crossOrigin: undefined }, async (scope) => {
      await scope.register(introspectionEndpoint(dependencies))
    }),
  )
  await app.register(atEveryListener(logoEndpoint(dependencies)))
  await app.register(diagnosisEndpoint(dependencies))
  await app.register(userinfoEndpoint({ ...dependencies, issuer }))
  const operations = managementOperations(dependencies.management)
  const managementOrigin = config.managementListener?.origin ?? issuer
  await app.register(atManagementListener(managementApi(dependencies.management, operations)))
  let document: OpenApiDocument | undefined
  const apiDocument = () => {
    document ??= openApiDocument(operations, managementOrigin)
    return document
  }
  await app.register(atManagementListener(apiDocumentEndpoint({ ...lifetimes, document: apiDocument })))
  await app.register(atManagementListener(apiReference(apiDocument)))
  const assets = workspaceAssets()
  const pages = {
    ...dependencies,
    issuer,
    managementOrigin,
    site,
    assets: assets.paths,
    sendResponse: createSendResponse(site),
    readerIsDeveloper: createReaderIsDeveloper({ ...dependencies, ...config }),
  }
  await app.register(
    pageScope(pages, async (scope) => {
      await scope.register(authorizeEndpoint(pages))
      await scope.register(signInPages(pages))
      await scope.register(externalSignInPage(pages))
      await scope.register(upstreamCallback(pages))
      await scope.register(selectOrganizationPage(pages))
      await scope.register(consentPage(pages))
      await scope.register(devicePage(pages))
      await scope.register(atEveryListener(signOut(pages)))
      await scope.register(logoutEndpoint(pages))
      await scope.register(accountPages(pages))
      await scope.register(homePage(pages))
      await scope.register(atEveryListener(pageAssets(pages)))
      await scope.register(atEveryListener(assets.routes))
      await scope.register(atManagementListener(dashboardPages(pages, operations)))
      await scope.register(portalPages({ ...pages, developerDetail: config.developerDetail }, operations))
      await scope.register(developmentMailPage(pages))
      scope.setNotFoundHandler((request, reply) =>
        request.headers.accept?.includes('text/html')
          ? sendHtml(
              reply.code(404),
              site.errorPage(request, (errors) => errors.notFound),
            )
          : reply.code(404).send({ message: 'Not found.' }),
      )
    }),
  )
  return app
}

/** The limits that every listener of the app has. */
export const withTimeouts = (server: Server): Server =>
  Object.assign(server, { requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: KEEP_ALIVE_TIMEOUT })

/** To a URL that no route can be looked up for. The framework would name itself, and repeat what was sent. */
const answerUnroutable = ({ code }: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
  const isMalformed = code === 'FST_ERR_BAD_URL'
  void reply
    .code(isMalformed ? 400 : 404)
    .header('x-request-id', request.id)
    .header('x-content-type-options', 'nosniff')
    .send({ message: isMalformed ? 'The URL cannot be read.' : 'Not found.' })
}
