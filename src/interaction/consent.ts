import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { optionsOf } from '../authorization/consent-options.ts'
import { gatherFacts } from '../authorization/dispatch.ts'
import { ShownError } from '../authorization/error.ts'
import { consentStep } from '../authorization/interaction-policy.ts'
import type { AuthorizationRequest } from '../authorization/request.ts'
import { identityOf } from '../clients/changed-identity.ts'
import { type Client, isVouchedFor } from '../clients/client.ts'
import type { ClientLogos } from '../clients/client-logos.ts'
import type { GrantConsent } from '../consents/consent.ts'
import { type Asked, declinedOf, notAgreedTo } from '../consents/coverage.ts'
import { printUserCode } from '../device-authorization/user-code.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { note } from '../observability/request-line.ts'
import { isClientIdUrl } from '../protocol/client-id-url.ts'
import {
  type ChosenClaims,
  type ConsentOption,
  choicesOf,
  chosenOf,
  isChosenOf,
} from '../protocol/consent-option.ts'
import { registered, sent } from '../protocol/fact.ts'
import type { AuthorizationDetail } from '../protocol/grant-terms.ts'
import type { UserId } from '../protocol/identifiers.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import { withoutLoopbackPort } from '../protocol/registered-redirect-uri.ts'
import { missingScopes } from '../protocol/scope.ts'
import type { Stores } from '../storage/index.ts'
import type { GivenConsent } from '../storage/stores/consents.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'
import { newHandle, type Random } from '../system/random.ts'
import { accountOf } from './account.ts'
import { hostOf } from './destination.ts'
import { sendHtml } from './document.ts'
import { logoOf } from './logo.ts'
import { continuation, openForm, openPage, type PageContext, type Pages } from './page-context.ts'
import { Consent, type ConsentProps } from './pages/consent.tsx'
import { nameOfOption } from './pages/consent-options.tsx'
import { nameOfTick } from './pages/requested-scopes.tsx'
import { describeDetail, describeScope } from './requested-access.ts'
import { page } from './site.ts'

export interface ConsentPage extends Pages {
  readonly stores: Pick<Stores, 'consents' | 'organizations' | 'permissions'>
  readonly grantConsent: GrantConsent
  readonly clientLogos: ClientLogos
  readonly random: Random
  readonly environment: Pick<EnvironmentRegistry, 'current'>
}

/** What the application asks for, and the user's answer. */
export const consentPage =
  (pages: ConsentPage): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.consent, async (request, reply) => {
      const opened = await openPage(pages, request)
      const facts = await factsOf(opened)
      // Signed out or a member of something else meanwhile: the dispatcher knows where that leads.
      if (!facts) return reply.redirect(continuation(pages, opened, {}), 303)
      return show(request, reply, opened, facts, undefined)
    })

    const show = async (
      request: FastifyRequest,
      reply: FastifyReply,
      opened: PageContext,
      facts: NonNullable<Awaited<ReturnType<typeof factsOf>>>,
      /** What was answered, if it cannot be taken as an answer. */
      incomplete: Incomplete | undefined,
    ) => {
      const { authorizationRequest, organizationId, memberships, consent, session } = facts
      // Whoever is sent here with an answer has used it up: this page is for another.
      const pending = { ...facts.pending, decision: undefined }
      const { client, uiLocales } = authorizationRequest
      // An application of the operator's own, whose users are not asked: opened by a URL from before.
      if (
        client.isFirstParty &&
        consentStep(authorizationRequest, pending, session, consent).step === 'consented'
      ) {
        return reply.redirect(continuation(pages, opened, {}), 303)
      }
      const { agreement, optionalScopes } = authorizationRequest
      const { scopes } = agreement
      const { resources = [], authorizationDetails = [] } = authorizationRequest.terms
      const frame = pages.site.frame(request, uiLocales, session)
      const { scopeDescriptions, authorizationDetailsTypes } = (await pages.environment.current()).settings
      const [owner, permissions, logo] = await Promise.all([
        client.organizationId && pages.stores.organizations.byId(client.organizationId),
        pages.stores.permissions.bySlugs(scopes),
        logoToShow(pages, client, session.userId, opened.now),
      ])
      const organization = memberships.find((membership) => membership.organizationId === organizationId)
      const isNew = newIn({ scopes, terms: authorizationRequest.terms }, consent)
      const declinedBefore = declinedOf(agreement, optionalScopes, consent)
      const declined = incomplete?.declinedScopes ?? declinedBefore
      return sendHtml(
        reply,
        page(Consent, {
          ...frame,
          action: paths.consent,
          useAnotherAccountAction: paths.signOut,
          ...(memberships.length > 1 &&
            authorizationRequest.organizationId === undefined && {
              changeOrganizationAction: paths.selectOrganization,
            }),
          csrfToken: opened.context.csrfToken,
          // The answer is for the organization shown here, whatever another tab chooses meanwhile.
          sealedRequest: pages.pendingRequests.seal(
            {
              ...pending,
              organizationId,
              consentPageId: newHandle(pages.random),
              offeredScopes: optionalScopes,
              shown: shownOf(authorizationRequest),
            },
            opened.context.browser,
          ),
          application: { name: client.name, ...logo, ...statementsOf(client) },
          owner: client.isFirstParty ? { name: frame.branding.name } : owner ? { name: owner.name } : null,
          ...(isClientIdUrl(client.clientId) && { knownAt: new URL(client.clientId).host }),
          account: accountOf(session),
          organization: organization ? { name: organization.organizationName } : null,
          scopes: [
            ...scopes.map((scope) => ({
              ...describeScope(scope, frame.text, permissions, scopeDescriptions),
              isNew: isNew(scope) && !declinedBefore.includes(scope),
              ...(optionalScopes.includes(scope) && { choice: { isTicked: !declined.includes(scope) } }),
            })),
            ...authorizationDetails.map((detail) => ({
              ...describeDetail(detail, frame.text, authorizationDetailsTypes),
              isNew: isNew(detail),
            })),
          ],
          isNothingLeft: incomplete?.isNothingLeft === true,
          resources: resources.map((uri) => ({ uri, isNew: isNew(uri) })),
          otherHosts: otherHosts(authorizationRequest),
          options: optionsToShow(optionsOf(client, session), consent?.chosenClaims, incomplete?.chosenClaims),
          answerTo: answerTo(authorizationRequest, request.ip, opened.now),
        }),
      )
    }

    app.post(paths.consent, async (request, reply) => {
      const opened = await openForm(pages, request)
      const facts = await factsOf(opened)
      if (!facts) return reply.redirect(continuation(pages, opened, {}), 303)
      // The organization that was shown is no longer the user's: what they said was not about this one.
      if (facts.organizationId !== facts.pending.organizationId) {
        return reply.redirect(continuation(pages, opened, { organizationId: undefined }), 303)
      }
      const answered = { sessionId: facts.session.id, id: facts.pending.consentPageId }
      const decision = opened.form.get('decision')
      if (decision === 'deny') {
        note(request, { outcome: 'denied' })
        return reply.redirect(
          continuation(pages, opened, { decision: { answer: 'denied', ...answered } }),
          303,
        )
      }
      if (decision !== 'allow') {
        const facts = [sent('decision', decision), registered('decisions', ['allow', 'deny'])]
        throw new ShownError('malformedRequest', 'the form says neither allow nor deny', facts)
      }
      const { authorizationRequest, organizationId, session, pending } = facts
      const { client } = authorizationRequest
      // What was allowed was somebody else, or something else, than there is now: the user has to know.
      if (shownOf(authorizationRequest) !== pending.shown) {
        return reply.redirect(continuation(pages, opened, {}), 303)
      }
      const { agreement, optionalScopes } = authorizationRequest
      const declinedScopes = untickedIn(opened.form, pending.offeredScopes)
      // What could be left out when the page was made, and was, cannot be any more: the user has to know.
      if (missingScopes(declinedScopes, optionalScopes).length > 0) {
        return reply.redirect(continuation(pages, opened, {}), 303)
      }
      const isNothingLeft =
        declinedScopes.length > 0 &&
        missingScopes(agreement.scopes, declinedScopes).length === 0 &&
        (agreement.terms.authorizationDetails ?? []).length === 0
      const options = optionsOf(client, session)
      const chosenClaims = chosenOf(options, chosenIn(opened.form, options))
      if (isNothingLeft || !isChosenOf(options, chosenClaims)) {
        note(request, { outcome: 'not chosen' })
        const incomplete = { chosenClaims, declinedScopes, isNothingLeft }
        return show(request, reply.code(422), opened, facts, incomplete)
      }
      const consentId = await pages.grantConsent(
        { userId: session.userId, client, organizationId, chosenClaims, declinedScopes },
        agreement,
        opened.now,
      )
      // Whoever or whatever it was about has just been deleted: the dispatcher knows where that leads.
      if (consentId === undefined) return reply.redirect(continuation(pages, opened, {}), 303)
      note(request, { outcome: 'allowed' })
      return reply.redirect(
        continuation(pages, opened, { decision: { answer: 'allowed', ...answered }, organizationId }),
        303,
      )
    })

    /** What the page is about, if there still is a user and an organization to ask. */
    const factsOf = async ({ context: { session }, pending, authorizationRequest }: PageContext) => {
      if (!pending || !authorizationRequest) throw new ShownError('requestExpired', 'no pending request')
      if (!session) return undefined
      const facts = await gatherFacts(pages, authorizationRequest, pending, session)
      return 'page' in facts ? undefined : { ...facts, authorizationRequest, pending }
    }
  }

/**
 * What may be another by the time of the answer: what a client says of itself (RFC 7591 §5), and what it asks for where it left
 * that to be filled in (RFC 6749 §3.3, RFC 8707 §2).
 */
const shownOf = ({ client, agreement, terms }: AuthorizationRequest): string =>
  sha256(JSON.stringify([identityOf(client), agreement.scopes, terms.resources, terms.authorizationDetails]))

/** What was answered without its being an answer. */
interface Incomplete {
  readonly chosenClaims: ChosenClaims
  readonly declinedScopes: readonly string[]
  readonly isNothingLeft: boolean
}

/** A box without its tick is not sent. What had no box on the page was shown as what is allowed. */
const untickedIn = (form: Parameters, offered: readonly string[] = []): readonly string[] =>
  offered.filter((scope) => !form.has(nameOfTick(scope)))

/** What the form says, offered or not. */
const chosenIn = (form: Parameters, options: readonly ConsentOption[]): ChosenClaims =>
  Object.fromEntries(
    options.flatMap(({ claim }) => {
      const value = form.get(nameOfOption(claim))
      return value === undefined ? [] : [[claim, value]]
    }),
  )

/** With what was chosen the last time; where there is one choice, with that. */
const optionsToShow = (
  options: readonly ConsentOption[],
  before: ChosenClaims | null | undefined,
  incomplete: ChosenClaims | undefined,
): ConsentProps['options'] => {
  const known = chosenOf(options, incomplete ?? before)
  return options.map((option) => {
    const [only, another] = choicesOf(option)
    const chosen = known[option.claim] ?? (another ? undefined : only?.value)
    return {
      ...option,
      ...(chosen !== undefined && { chosen }),
      ...(incomplete && { isMissing: known[option.claim] === undefined }),
    }
  })
}

/** What is marked as new: at the first time nothing is, since everything is. */
const newIn = (asked: Asked, consent: GivenConsent | undefined) => {
  const missing = Object.values(notAgreedTo(asked, consent)).flat()
  return (one: string | AuthorizationDetail): boolean => consent !== undefined && missing.includes(one)
}

/**
 * What the operator uploaded, or what the client names (OIDC Registration §2: to be displayed during approval). On this page
 * alone, which says what is known of the client; where users type their password nothing of a stranger's is shown.
 */
const logoToShow = async (
  { clientLogos }: Pick<ConsentPage, 'clientLogos'>,
  client: Client,
  userId: UserId,
  now: Date,
): Promise<ReturnType<typeof logoOf>> => {
  const uploaded = logoOf(client)
  if (uploaded.logo) return uploaded
  const light = await clientLogos.find(client, userId, now)
  return light === undefined ? {} : { logo: { light } }
}

/** OIDC Registration §2: the user should see them. */
const statementsOf = ({ metadata: { policy_uri: policyUri, tos_uri: termsUri } }: Client) => ({
  ...(policyUri !== undefined && { policyUri }),
  ...(termsUri !== undefined && { termsUri }),
})

/**
 * RFC 9700 §4.11.2: who allows a client that nobody vouches for is sent to any of its addresses from then on, unasked
 * (authorization/leaving.ts). So this page names them all, for a device too.
 */
const otherHosts = (request: AuthorizationRequest): readonly string[] => {
  const { client } = request
  if (isVouchedFor(client)) return []
  const hosts = new Set(client.redirectUris.map(({ uri }) => hostOf(withoutLoopbackPort(uri))))
  if (request.from === 'browser') hosts.delete(hostOf(withoutLoopbackPort(request.target.redirectUri)))
  return [...hosts]
}

const answerTo = (request: AuthorizationRequest, address: string, now: Date): ConsentProps['answerTo'] => {
  if (request.from === 'browser') return { redirectHost: hostOf(request.target.redirectUri) }
  const { userCode, createdAt, ipAddress } = request.device
  return {
    device: {
      userCode: printUserCode(userCode),
      askedMinutesAgo: Math.floor((now.getTime() - createdAt.getTime()) / 60_000),
      address: ipAddress,
      isNearby: networkOf(ipAddress) === networkOf(address),
    },
  }
}
