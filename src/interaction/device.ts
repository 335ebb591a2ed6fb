import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { ShownError } from '../authorization/error.ts'
import type { PendingRequest } from '../authorization/pending-request.ts'
import type { Client } from '../clients/client.ts'
import type { EnterCode } from '../device-authorization/enter-code.ts'
import { parseUserCode, printUserCode } from '../device-authorization/user-code.ts'
import { note } from '../observability/request-line.ts'
import { collectParameters, readParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { BrowserContext } from '../sessions/browser-context.ts'
import { holdsOwnToken } from './csrf.ts'
import { sendHtml } from './document.ts'
import type { Pages } from './page-context.ts'
import { Device, type DeviceProps } from './pages/device.tsx'
import { DeviceDone } from './pages/device-done.tsx'
import { page } from './site.ts'

export interface DevicePage extends Pages {
  readonly enterCode: EnterCode
  readonly findClient: (clientId: string) => Promise<Client | undefined>
}

/** Longer than any code with whatever people put between its letters. */
const MAXIMUM_SHOWN_LENGTH = 64

/**
 * RFC 8628 §3.3: the user comes with the code of a device. Which device is meant is all that is decided here; the
 * dispatcher goes on from it as from any other request, to the page that asks (consent.ts).
 */
export const devicePage =
  (pages: DevicePage): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.device, async (request, reply) => {
      const context = await pages.browserContexts.current(request.headers.cookie, pages.clock.now())
      reply.header('set-cookie', context.setCookies)
      // RFC 8628 §3.3.1: filled in, and no step left out.
      const sent = collectParameters(request.query).parameters.get('user_code')
      const parsed = sent === undefined ? undefined : parseUserCode(sent)
      return parsed === undefined
        ? show(request, reply, context, { userCode: sent, isPrefilled: false })
        : show(request, reply, context, { userCode: printUserCode(parsed), isPrefilled: true })
    })

    app.post(paths.device, async (request, reply) => {
      const now = pages.clock.now()
      const form = readParameters(request.body)
      const context = await pages.browserContexts.current(request.headers.cookie, now)
      const typed = form.get('user_code')
      const { errors } = pages.site.frame(request, [], context.session).text.device
      const again = (said: NonNullable<DeviceProps['errors']>, status = 422) =>
        show(request, reply.code(status), context, { userCode: typed, isPrefilled: false, errors: said })
      if (!holdsOwnToken(request, form, context, pages)) {
        // Made before somebody signed in or out in another tab, or the browser keeps no cookies.
        reply.header('set-cookie', context.setCookies)
        return again({ form: errors.stale })
      }
      if (typed === undefined) return again({ userCode: errors.missing })
      const userCode = parseUserCode(typed)
      if (userCode === undefined) return again({ userCode: errors.malformed })
      const from = { address: request.ip, browser: context.browser, userId: context.session?.userId }
      const entered = await pages.enterCode(userCode, from, now)
      note(request, { outcome: `code ${entered.outcome}` })
      switch (entered.outcome) {
        case 'throttled':
          reply.header('retry-after', entered.retryAfterSeconds)
          return again({ form: errors.tooManyAttempts }, 429)
        case 'waiting': {
          const { deviceCodeHash } = entered
          return reply.redirect(
            onward(context, {
              asked: { from: 'device', deviceCodeHash, userCode },
              startedAt: now,
              authentication: undefined,
              decision: undefined,
              consentPageId: undefined,
              shown: undefined,
              isCancelled: false,
              organizationId: undefined,
            }),
            303,
          )
        }
        default:
          return again({ userCode: errors[entered.outcome] })
      }
    })

    // Where the dispatcher sends whoever has decided. The device, not this page, is told by it.
    app.get(paths.deviceDone, async (request, reply) => {
      const now = pages.clock.now()
      const context = await pages.browserContexts.current(request.headers.cookie, now)
      const sealed = collectParameters(request.query).parameters.get('request') ?? ''
      const pending = pages.pendingRequests.open(sealed, context.browser, now)
      if (pending.asked.from !== 'device' || pending.decision === undefined)
        throw new ShownError('requestExpired', 'nothing was decided')
      const found = await pages.authorization.stores.deviceAuthorizations.find(pending.asked.deviceCodeHash)
      const client = found && (await pages.findClient(found.clientId))
      if (!found || !client) throw new ShownError('deviceCodeExpired', 'the device authorization has gone')
      if (found.status === 'pending') return reply.redirect(onward(context, pending), 303)
      const done = { isApproved: found.status !== 'denied', application: { name: client.name } }
      return sendHtml(reply, page(DeviceDone, { ...pages.site.frame(request, [], context.session), ...done }))
    })

    const onward = ({ browser }: BrowserContext, pending: PendingRequest): string => {
      const query = new URLSearchParams({ request: pages.pendingRequests.seal(pending, browser) })
      return `${paths.continueAuthorization}?${query}`
    }

    const show = (
      request: FastifyRequest,
      reply: FastifyReply,
      { csrfToken, session }: BrowserContext,
      {
        userCode,
        ...shown
      }: Pick<DeviceProps, 'isPrefilled' | 'errors'> & { readonly userCode: string | undefined },
    ): FastifyReply =>
      sendHtml(
        reply,
        page(Device, {
          ...pages.site.frame(request, [], session),
          action: paths.device,
          csrfToken,
          ...shown,
          ...(userCode !== undefined && { userCode: userCode.slice(0, MAXIMUM_SHOWN_LENGTH) }),
        }),
      )
  }
