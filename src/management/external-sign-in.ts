import { z } from 'zod'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import type { SaidOrganization } from '../organizations/said-memberships.ts'
import { type ConsentOptionProblem, consentOptionsProblem } from '../protocol/consent-option.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import { completeExternalSignIn, type RefusedMembership } from '../sessions/external-authentication.ts'
import { fromEpochSeconds } from '../system/clock.ts'
import type { RefusedUser } from '../users/user-fields.ts'
import { changeOperation, type Operation } from './operation.ts'
import { badRequest, invalidField, notFound, Refusal } from './refusal.ts'
import { requireRightsOver } from './rights-over-operator.ts'

export interface ExternalSignInDependencies {
  readonly issuer: string
  readonly externalAuthenticationSeconds: number
  readonly environment: Pick<EnvironmentRegistry, 'current'>
}

const tag = 'Standalone'

/** WorkOS: metadata of a user. */
const metadata = z
  .record(z.string().max(40), z.string().max(600))
  .refine((members) => Object.keys(members).length <= 50, { error: 'has at most 50 members' })

/** The year 9999. */
const MAXIMUM_SECONDS = 253_402_300_799

const MAXIMUM_ORGANIZATIONS = 50

const organization = z
  .strictObject({
    id: z.string().nullish().describe('Ours.'),
    external_id: z.string().min(1).max(255).nullish().describe('Or yours.'),
    role_slug: z
      .string()
      .min(1)
      .max(255)
      .nullish()
      .describe('Unless given, the role they have, or the default one.'),
  })
  .refine(({ id, external_id }) => (id == null) !== (external_id == null), {
    error: 'is named by one of id and external_id',
  })

const choice = z.strictObject({ value: z.string(), label: z.string() })

export const externalSignInOperations = ({
  issuer,
  environment,
  externalAuthenticationSeconds: seconds,
}: ExternalSignInDependencies): readonly Operation[] => [
  changeOperation({
    id: 'completeExternalSignIn',
    method: 'POST',
    path: '/authkit/oauth2/complete',
    tag,
    summary: 'Say who signed in at the login page of your own.',
    description:
      'The setting `standalone_login_uri` sends people there, with `external_auth_id`. The user with your `id` as ' +
      'external ID is updated, or made; an e-mail address that is new here counts as verified. Send the browser on to ' +
      '`redirect_uri`: it works once, for five minutes, in the browser that was sent to you, and nowhere else.',
    permission: 'users:write',
    recentSignIn: 'always',
    body: z.strictObject({
      external_auth_id: z.string().min(1).max(255).describe('Good for one completion, for five minutes.'),
      user: z.strictObject({
        id: z.string().min(1).max(255).describe('Yours; kept as `external_id`.'),
        email: z.string().max(320).describe('Of nobody else here.'),
        email_verified: z
          .boolean()
          .nullish()
          .describe(
            'Whether it is proved to be theirs. Unless given, one that is new here counts as proved.',
          ),
        first_name: z.string().max(255).nullish().describe('What is left out, or null, stays.'),
        last_name: z.string().max(255).nullish(),
        name: z.string().max(255).nullish(),
        metadata: metadata.nullish().describe('Keys that are not named stay.'),
      }),
      user_consent_options: z
        .array(
          z.strictObject({
            claim: z.string().min(1).max(255),
            type: z.literal('enum'),
            label: z.string().min(1).max(255),
            choices: z.union([
              z.array(choice).min(1),
              z.array(z.strictObject({ group: z.string(), choices: z.array(choice).min(1) })).min(1),
            ]),
          }),
        )
        .nullish()
        .describe('What the user chooses on consent pages; becomes claims of access tokens.'),
      auth_time: z
        .int()
        .min(0)
        .max(MAXIMUM_SECONDS)
        .nullish()
        .describe('When the user signed in at your page, in seconds since 1970. Unless given, now.'),
      amr: z
        .array(z.string().regex(/^[A-Za-z0-9_.:-]{1,32}$/))
        .max(10)
        .nullish()
        .describe('How (RFC 8176): `["pwd", "otp", "mfa"]`. In ID tokens, and what `acr` is said by.'),
      organizations: z
        .array(organization)
        .max(MAXIMUM_ORGANIZATIONS)
        .nullish()
        .describe(
          'Where the user belongs: made a member of each, or active again, in the role that is said.',
        ),
      organizations_are_complete: z
        .boolean()
        .nullish()
        .describe('Whether that is all: then memberships of other organizations are deactivated.'),
    }),
    answer: z.object({ redirect_uri: z.string() }),
    status: 200,
    errors: [400, 404],
    handle: async ({ body, held, change }) => {
      const { external_auth_id: externalAuthId, user } = body
      const consentOptions = (body.user_consent_options ?? []).map(({ type: _, ...option }) => option)
      const problem = consentOptionsProblem(consentOptions)
      if (problem) throw refusalOfOptions(problem)
      // Not inside the transaction.
      const { standaloneAdoptByEmail: adoptsByEmail } = (await environment.current()).settings
      return change(async (acting) => {
        const completed = await completeExternalSignIn(
          acting,
          { issuer, seconds, adoptsByEmail },
          {
            externalAuthId,
            consentOptions,
            authenticatedAt: body.auth_time == null ? undefined : fromEpochSeconds(body.auth_time),
            amr: [...new Set(body.amr ?? [])],
            organizations: (body.organizations ?? []).map(saidOrganization),
            organizationsAreComplete: body.organizations_are_complete ?? false,
            user: {
              externalId: user.id,
              email: user.email,
              emailVerified: user.email_verified ?? undefined,
              firstName: user.first_name ?? undefined,
              lastName: user.last_name ?? undefined,
              name: user.name ?? undefined,
              metadata: user.metadata ?? undefined,
            },
          },
        )
        if (completed.outcome === 'completed') {
          // The session opens the dashboard too.
          await requireRightsOver(acting.stores, held, completed.user.id)
          return { redirect_uri: completed.redirectUri }
        }
        if ('memberships' in completed) throw refusalOfMembership(completed.memberships)
        switch (completed.code) {
          case 'unknown':
            throw notFound('External authentication session', externalAuthId)
          case 'external_auth_session_already_completed':
            throw badRequest(completed.code, 'The external authentication session was completed before.')
          case 'user_consent_options_not_supported':
            throw badRequest(completed.code, 'The application asks its users nothing: it is your own.')
          case 'auth_time_in_future':
            throw invalidField('auth_time', completed.code, 'is later than now.')
          case 'reauthentication_required':
            throw badRequest(
              completed.code,
              `The user must have signed in since ${completed.authenticatedSince.toISOString()}: have them do so again, and ` +
                'complete it then.',
            )
          default:
            throw refusalOfUser(completed)
        }
      })
    },
  }),
]

const saidOrganization = (
  { id, external_id, role_slug }: z.output<typeof organization>,
  index: number,
): SaidOrganization => {
  const ours = id == null ? undefined : parseIdentifier('organization', id)
  const named = external_id == null ? ours && { id: ours } : { externalId: external_id }
  if (!named) throw refusalOfMembership({ code: 'organization_not_found', index })
  return { organization: named, roleSlug: role_slug ?? undefined }
}

const refusalOfMembership = ({ code, index }: RefusedMembership): Refusal =>
  code === 'invalid_role'
    ? invalidField(`organizations.${index}.role_slug`, code, 'is no role of the organization.')
    : invalidField(
        `organizations.${index}`,
        code,
        code === 'pending_membership' ? 'is one to which the user is invited.' : 'is no organization.',
      )

const refusalOfOptions = (problem: ConsentOptionProblem): Refusal =>
  problem.kind === 'reserved'
    ? // WorkOS's answer, which has no code.
      new Refusal(400, {
        error: 'Bad Request',
        message: `Claim "${problem.claim}" is reserved and cannot be used.`,
      })
    : invalidField(
        ['user_consent_options', problem.field].filter((part) => part !== '').join('.'),
        'invalid_consent_option',
        problem.message,
      )

const fieldsOfNames = { firstName: 'first_name', lastName: 'last_name', name: 'name' } as const

/** WorkOS's codes, where it has one. */
const refusalOfUser = (refused: RefusedUser): Refusal => {
  switch (refused.code) {
    case 'email_invalid':
      return badRequest('invalid_email', 'user.email is no e-mail address.')
    case 'email_not_available':
      return badRequest(refused.code, 'The e-mail address belongs to another user.')
    case 'external_id_already_used':
      return badRequest(refused.code, 'The external ID belongs to another user.')
    case 'external_id_invalid':
      return invalidField(
        'user.id',
        refused.code,
        'has 1 to 128 printable ASCII characters, and more than dots.',
      )
    case 'locale_invalid':
      // None is taken here.
      return badRequest('invalid_locale', 'locale is no language tag.')
    case 'metadata_invalid':
      return badRequest('invalid_metadata', `user.metadata ${refused.problem}.`)
    case 'name_invalid':
      return invalidField(
        `user.${fieldsOfNames[refused.field]}`,
        refused.code,
        'has at most 255 characters, all of them printable.',
      )
  }
}
