import { z } from 'zod'
import { line } from '../environment/line.ts'
import {
  createLoginUri,
  deleteLoginUri,
  type RefusedLoginUri,
  updateLoginUri,
} from '../environment/login-uris.ts'
import { loginUri } from '../environment/standalone-settings.ts'
import { listObject, listOf } from '../objects/list.ts'
import { loginUriObject, loginUriSchema } from '../objects/login-uri.ts'
import { type IdentifierKind, parseIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { invalidField } from './refusal.ts'

export interface LoginUriDependencies {
  readonly stores: Pick<Stores, 'loginUris'>
}

const tag = 'Standalone'
const path = '/latchkey/v1/login_uris'

const MAXIMUM_NAME_LENGTH = 60

const name = line(MAXIMUM_NAME_LENGTH).describe('For you.')

const uri = loginUri
  .nullable()
  .describe('A login page of your own. Null, for an application alone: its users sign in here.')

export const loginUriOperations = ({ stores }: LoginUriDependencies): readonly Operation[] => [
  readOperation({
    id: 'listLoginUris',
    method: 'GET',
    path,
    tag,
    summary: 'List the login URIs of applications and organizations.',
    permission: 'environment:read',
    query: z.strictObject(pageParameters),
    answer: listOf(loginUriSchema),
    errors: [],
    handle: async ({ query }) => {
      const page = await stores.loginUris.page(pageOf('loginUri', query))
      return listObject(cursorsOf(page, query), loginUriObject)
    },
  }),

  readOperation({
    id: 'getLoginUri',
    method: 'GET',
    path: `${path}/:id`,
    tag,
    summary: 'Show a login URI.',
    permission: 'environment:read',
    answer: loginUriSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('loginUri', params.id)
      return loginUriObject(found(await stores.loginUris.byId(id), 'loginUri', id))
    },
  }),

  changeOperation({
    id: 'createLoginUri',
    method: 'POST',
    path,
    tag,
    summary: 'Have people sign in elsewhere for one application, or one organization.',
    description:
      'That of the application goes before that of the organization which a request asks for (`organization_id`), and ' +
      'either before the setting `standalone_login_uri`, which holds for everybody else.',
    permission: 'environment:write',
    body: z.strictObject({
      name,
      uri,
      application_id: z.string().nullish(),
      organization_id: z.string().nullish(),
    }),
    answer: loginUriSchema,
    status: 201,
    errors: [],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const created = await createLoginUri(acting, {
          name: body.name,
          uri: body.uri,
          applicationId: idOf('application', body.application_id ?? null),
          organizationId: idOf('organization', body.organization_id ?? null),
        })
        if (created.outcome === 'refused') throw refusalOf(created)
        return loginUriObject(created.loginUri)
      }),
  }),

  changeOperation({
    id: 'updateLoginUri',
    method: 'PATCH',
    path: `${path}/:id`,
    tag,
    summary: 'Change a login URI.',
    description: 'What is left out stays, and so does what it is for.',
    permission: 'environment:write',
    body: z.strictObject({ name: name.nullish(), uri: uri.optional() }),
    answer: loginUriSchema,
    status: 200,
    errors: [404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const id = identified('loginUri', params.id)
        const given = { name: body.name ?? undefined, uri: body.uri }
        const updated = found(await updateLoginUri(acting, id, given), 'loginUri', id)
        if (updated.outcome === 'refused') throw refusalOf(updated)
        return loginUriObject(updated.loginUri)
      }),
  }),

  changeOperation({
    id: 'deleteLoginUri',
    method: 'DELETE',
    path: `${path}/:id`,
    tag,
    summary: 'Delete a login URI.',
    description: 'Its people sign in where everybody does. Those who are signed in stay so.',
    permission: 'environment:write',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('loginUri', params.id)
        if (!(await deleteLoginUri(acting, id))) throw notThere('loginUri', id)
        return undefined
      }),
  }),
]

const idOf = <K extends Extract<IdentifierKind, 'application' | 'organization'>>(
  kind: K,
  text: string | null,
) => {
  if (text === null) return null
  const id = parseIdentifier(kind, text)
  if (id === undefined) throw invalidField(`${kind}_id`, `${kind}_not_found`, `There is no such ${kind}.`)
  return id
}

const refusalOf = ({ field, code, message }: RefusedLoginUri) => invalidField(field, code, message)
