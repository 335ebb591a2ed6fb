import { z } from 'zod'
import { listObject, listOf } from '../objects/list.ts'
import { sessionObject, sessionSchema } from '../objects/session.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import { revokeSession } from '../sessions/browser-session.ts'
import type { Stores } from '../storage/index.ts'
import { found, identified } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { badRequest } from './refusal.ts'

export interface SessionDependencies {
  readonly stores: Stores
}

const tag = 'Sessions'

export const sessionOperations = ({ stores }: SessionDependencies): readonly Operation[] => [
  readOperation({
    id: 'listSessions',
    method: 'GET',
    path: '/user_management/users/:id/sessions',
    tag,
    summary: 'List the browsers in which a user is signed in.',
    description: 'Sessions that have ended are not kept; that they did is in the events.',
    permission: 'users:read',
    query: z.strictObject(pageParameters),
    answer: listOf(sessionSchema),
    errors: [404],
    handle: async ({ params, query, now }) => {
      const id = identified('user', params.id)
      found(await stores.users.byId(id), 'user', id)
      const page = await stores.sessions.pageOfLive(id, now, pageOf('session', query))
      return listObject(cursorsOf(page, query), sessionObject)
    },
  }),

  changeOperation({
    id: 'revokeSession',
    method: 'POST',
    path: '/user_management/sessions/revoke',
    tag,
    summary: 'End a session.',
    description:
      'The browser is signed out, and what applications were granted in the session without `offline_access` is ' +
      'inactive at once.',
    permission: 'users:write',
    recentSignIn: 'always',
    body: z.strictObject({
      session_id: z.string(),
      return_to: z.string().nullish().describe('Ignored: nobody is sent anywhere.'),
    }),
    answer: sessionSchema,
    status: 200,
    errors: [400],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const id = parseIdentifier('session', body.session_id)
        const revoked = id && (await revokeSession(acting, id))
        if (!revoked) throw badRequest('session_not_found', 'There is no such session, or it has ended.')
        return revoked
      }),
  }),
]
