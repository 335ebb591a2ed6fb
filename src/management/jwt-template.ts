import { z } from 'zod'
import { setJwtTemplate } from '../environment/jwt-template.ts'
import { jwtTemplateObject, jwtTemplatePreviewSchema, jwtTemplateSchema } from '../objects/jwt-template.ts'
import { jwtTemplateProblem } from '../protocol/jwt-template.ts'
import type { Stores } from '../storage/index.ts'
import { previewTemplateClaims } from '../tokens/template-claims.ts'
import { found, identified } from './identified.ts'
import { changeOperation, type Operation, questionOperation, readOperation } from './operation.ts'
import { invalidField, Refusal } from './refusal.ts'

export interface JwtTemplateDependencies {
  readonly stores: Pick<Stores, 'jwtTemplate'>
}

const tag = 'JWT template'
const path = '/user_management/jwt_template'

export const jwtTemplateOperations = ({ stores }: JwtTemplateDependencies): readonly Operation[] => [
  readOperation({
    id: 'getJwtTemplate',
    method: 'GET',
    path,
    tag,
    summary: 'Get the template of claims that access tokens carry besides ours.',
    permission: 'environment:read',
    answer: jwtTemplateSchema,
    errors: [404],
    handle: async () => {
      const template = await stores.jwtTemplate.find()
      if (!template) {
        throw new Refusal(404, { message: 'JWT template not found.', code: 'entity_not_found' })
      }
      return jwtTemplateObject(template)
    },
  }),

  questionOperation({
    id: 'previewJwtTemplate',
    method: 'POST',
    path: '/latchkey/v1/jwt_template/preview',
    tag,
    summary: 'See which claims a template would give to a user.',
    description: 'Nothing is saved, and no token is issued.',
    permission: 'users:read',
    body: z.strictObject({
      content: z.string(),
      user_id: z.string(),
      organization_id: z.string().nullish().describe('In whose name they sign in.'),
    }),
    answer: jwtTemplatePreviewSchema,
    errors: [404],
    handle: async ({ body }) => {
      const userId = identified('user', body.user_id)
      const organizationId =
        body.organization_id == null ? null : identified('organization', body.organization_id)
      const problem = jwtTemplateProblem(body.content)
      if (problem !== undefined) throw invalidField('content', 'invalid_template', `The template ${problem}.`)
      const rendered = found(
        await previewTemplateClaims(stores, body.content, userId, organizationId),
        'user',
        userId,
      )
      if (!('claims' in rendered)) {
        throw invalidField('content', 'invalid_template', `The template ${rendered.problem}.`)
      }
      return { object: 'jwt_template_preview' as const, claims: { ...rendered.claims } }
    },
  }),

  changeOperation({
    id: 'updateJwtTemplate',
    method: 'PUT',
    path,
    tag,
    summary: 'Set the template of claims that access tokens carry besides ours.',
    description:
      'Its claims are in the access tokens of users that are issued from now on, on every node; not in those that ' +
      'applications get for themselves. A token whose claims would be too long is issued without all of them.',
    permission: 'environment:write',
    body: z.strictObject({
      content: z
        .string()
        .describe("JSON with expressions such as {{ user.email }} and {{ user.name || 'somebody' }}."),
    }),
    answer: jwtTemplateSchema,
    status: 200,
    errors: [],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const set = await setJwtTemplate(acting, body.content)
        if (set.outcome === 'refused') throw invalidField('content', set.code, `The template ${set.problem}.`)
        return jwtTemplateObject(set.template)
      }),
  }),
]
