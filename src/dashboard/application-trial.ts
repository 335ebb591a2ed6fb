import type { FastifyPluginAsync } from 'fastify'
import type { TrialRequest, TrialRequests } from '../authorization/trial-request.ts'
import { invalidField } from '../management/refusal.ts'
import { type ApplicationObject, applicationSchema } from '../objects/application.ts'
import { parseClientId } from '../protocol/identifiers.ts'
import { paths } from '../protocol/paths.ts'
import { newHandle, type Random } from '../system/random.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import type { DashboardPages, Operator } from './open-dashboard.ts'
import { ApplicationTrial } from './pages/application-trial.tsx'
import { TrialAnswer, TrialWithoutAnswer } from './pages/trial-answer.tsx'
import { requireMay } from './require-may.ts'
import { type FormVisit, sectionOn, type Visit } from './section.ts'
import { createSend, type Exchange } from './trial/exchange.ts'
import {
  answerIn,
  askedAndAnswered,
  authorizationParameters,
  redeemTrial,
  tryCredentials,
} from './trial/flow.ts'

/*
 * The flow of an application, tried by an operator in their own name: each request, each answer, each token.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/applications/:id/try` | what will be done | begins it; of a machine, does it and shows it |
 * | `/dashboard/try/callback` | what the browser came back with | |
 * | `/dashboard/try/exchange` | | redeems the code, and shows what came of it |
 *
 * The requests are those of a client, made at the endpoints themselves, which refuse them as they refuse any other; no
 * operation of the management API makes them. It takes the right to change applications, for a token may do what the
 * application may.
 */

export interface Trying {
  readonly trialRequests: TrialRequests
  readonly random: Random
}

/** More than any application is granted; what is asked for travels in addresses, twice. */
const MAXIMUM_SCOPE_LENGTH = 1_000

/** Beside the standard ones; more would hardly be looked at. */
const defaultScope = (application: ApplicationObject): string =>
  application.application_type === 'm2m'
    ? ''
    : [...new Set(['openid', 'profile', 'email', ...application.scopes])].join(' ')

export const applicationTrialPages =
  (pages: DashboardPages & Trying): FastifyPluginAsync =>
  async (app) => {
    const { ask, issuer, trialRequests, random } = pages
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.applications}/:id/try`

    const read = (visit: Visit, id = visit.param('id')) =>
      ask(visit, 'getApplication', applicationSchema, { params: { id } })

    const show = (
      visit: Visit,
      application: ApplicationObject,
      form: FilledForm = freshForm({ scope: defaultScope(application) }),
      exchanges: readonly Exchange[] = [],
    ) => visit.send(ApplicationTrial, { application, form, exchanges })

    const begin = (visit: FormVisit, { client_id }: ApplicationObject): string => {
      const { fields } = visit
      const clientId = parseClientId(client_id)
      if (clientId === undefined) throw new Error(`${client_id} is no client ID.`)
      const trial: TrialRequest = {
        clientId,
        userId: visit.session.userId,
        browser: visit.context.browser,
        codeVerifier: newHandle(random),
        nonce: newHandle(random),
        scope: shortScope(fields) ?? '',
        prompt: fields.isOn('prompt') ? 'consent' : undefined,
        startedAt: visit.now,
      }
      return `${issuer}${paths.authorize}?${authorizationParameters(trial, {
        redirectUri: trialRequests.redirectUri,
        state: trialRequests.seal(trial),
      })}`
    }

    section.shows(one, async (visit) => show(visit, await read(visit)))

    section.answers(one, async (visit) => {
      requireMay(visit, 'applications:write')
      const { fields, request, reply } = visit
      const application = await read(visit)
      return {
        work: async () => {
          if (application.application_type === 'oauth') {
            const location = begin(visit, application)
            return () => reply.redirect(location, 303)
          }
          const clientSecret = requiredSecret(fields.optional('client_secret'))
          const by = { clientId: application.client_id, clientSecret }
          const scope = shortScope(fields)
          const exchanges = await tryCredentials(createSend(app, issuer, request.ip), by, scope)
          return () => show(visit, application, freshForm({ scope }), exchanges)
        },
        refused: (refusal) => show(visit, application, refusedForm(fields, refusal)),
      }
    })

    /** The answer is to a request of this operator, begun in this browser, not too long ago. */
    const ownTrial = (visit: Operator, state: string | undefined): TrialRequest | undefined => {
      const trial = trialRequests.open(state)
      return trial?.userId === visit.session.userId &&
        trial.browser === visit.context.browser &&
        !trialRequests.isOver(trial, visit.now)
        ? trial
        : undefined
    }

    const answered = async (visit: Visit, trial: TrialRequest, answer: Readonly<Record<string, string>>) => ({
      application: await read(visit, trial.clientId),
      exchanges: askedAndAnswered(
        issuer,
        authorizationParameters(trial, {
          redirectUri: trialRequests.redirectUri,
          state: answer['state'] ?? '',
        }),
        trialRequests.redirectUri,
        answer,
      ),
      answer,
    })

    section.shows(paths.trialCallback, async (visit) => {
      const answer = answerIn(visit.request.query as Readonly<Record<string, unknown>>)
      const trial = ownTrial(visit, answer['state'])
      // RFC 9207 §2.4: an answer of another server is none.
      if (trial === undefined || answer['iss'] !== issuer) {
        if (Object.keys(answer).length > 0) visit.reply.code(400)
        return visit.send(TrialWithoutAnswer, {})
      }
      return visit.send(TrialAnswer, { ...(await answered(visit, trial, answer)), form: freshForm() })
    })

    section.answers(paths.trialExchange, async (visit) => {
      requireMay(visit, 'applications:write')
      const { fields, reply, request } = visit
      const [code = '', state = ''] = [fields.optional('code'), fields.optional('state')]
      const trial = ownTrial(visit, state)
      if (trial === undefined) {
        const nothing = () => {
          reply.code(400)
          return visit.send(TrialWithoutAnswer, {})
        }
        return { work: async () => nothing, refused: nothing }
      }
      const before = await answered(visit, trial, { code, state, iss: issuer })
      return {
        work: async () => {
          const { application } = before
          const keepsSecret = !('uses_pkce' in application && application.uses_pkce)
          const clientSecret = keepsSecret ? requiredSecret(fields.optional('client_secret')) : undefined
          const exchanges = await redeemTrial(
            createSend(app, issuer, request.ip),
            { clientId: trial.clientId, clientSecret },
            { code, trial, redirectUri: trialRequests.redirectUri },
          )
          const all = [...before.exchanges, ...exchanges]
          return () =>
            visit.send(TrialAnswer, { ...before, exchanges: all, isRedeemed: true, form: freshForm() })
        },
        refused: (refusal) => visit.send(TrialAnswer, { ...before, form: refusedForm(fields, refusal) }),
      }
    })
  }

/** @throws Refusal 422 */
const shortScope = (fields: FormFields): string | undefined => {
  const scope = fields.optional('scope')
  if (scope !== undefined && scope.length > MAXIMUM_SCOPE_LENGTH) {
    throw invalidField('scope', 'too_long', `has more than ${MAXIMUM_SCOPE_LENGTH} characters`)
  }
  return scope
}

/** It is used for this one request, and kept nowhere. @throws Refusal 422 */
const requiredSecret = (secret: string | undefined): string => {
  if (secret === undefined) throw invalidField('client_secret', 'required', 'is needed: nobody here knows it')
  return secret
}
