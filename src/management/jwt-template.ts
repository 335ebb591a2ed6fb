import { z } from 'zod'
import { setJwtTemplate } from '../environment/jwt-template.ts'
import { jwtTemplateObject, jwtTemplateSchema } from '../objects/jwt-template.ts'
import type { Stores } from '../storage/index.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
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
