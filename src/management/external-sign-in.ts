import { z } from 'zod'
import { changeOperation, type Operation } from './operation.ts'
import { notFound } from './refusal.ts'

const tag = 'Standalone'

/** WorkOS: metadata of a user. */
const metadata = z
  .record(z.string().max(40), z.string().max(600))
  .refine((members) => Object.keys(members).length <= 50, { error: 'has at most 50 members' })

const choice = z.strictObject({ value: z.string(), label: z.string() })

export const externalSignInOperations = (): readonly Operation[] => [
  changeOperation({
    id: 'completeExternalSignIn',
    method: 'POST',
    path: '/authkit/oauth2/complete',
    tag,
    summary: 'Say who signed in at the login page of your own.',
    description: 'No sign-in is handed to a login page of your own yet, so every session is unknown.',
    permission: 'users:write',
    body: z.strictObject({
      external_auth_id: z.string().min(1).max(255),
      user: z.strictObject({
        id: z.string().min(1).max(255),
        email: z.email().max(320),
        first_name: z.string().max(255).nullish(),
        last_name: z.string().max(255).nullish(),
        name: z.string().max(255).nullish(),
        metadata: metadata.nullish(),
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
        .nullish(),
    }),
    answer: z.object({ redirect_uri: z.string() }),
    status: 200,
    errors: [400, 404],
    handle: async ({ body }) => {
      throw notFound('External authentication session', body.external_auth_id)
    },
  }),
]
