import type { Overrides } from '../../../src/dependencies.ts'
import type { Operation } from '../../../src/management/operation.ts'
import type { TestApp } from '../../support/app.ts'
import { type Management, type ManagementAnswer, managementOf } from '../../support/management.ts'
import { ABSENT, type Asked, type Cases, type World } from './cases.ts'

/** The world outside: nobody has published anything, and whoever is sent an event takes it. */
export const outside: Overrides = {
  dns: { textRecords: async () => [] },
  outboundFetch: async () => ({ status: 200, headers: {}, body: Buffer.alloc(0) }),
}

/** Sends what a case asks to its operation. */
export const ask = (
  management: Management,
  { method, path }: Pick<Operation, 'method' | 'path'>,
  { params = {}, query = {}, body, headers }: Asked,
): Promise<ManagementAnswer> => {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`The case of ${path} gives no ${name}.`)
    return encodeURIComponent(value)
  })
  const search = new URLSearchParams(query).toString()
  const url = search === '' ? filled : `${filled}?${search}`
  const { get, post, put, patch, delete: remove } = management
  const send = { POST: post, PUT: put, PATCH: patch, DELETE: remove }
  return method === 'GET' ? get(url, headers) : send[method](url, body, headers)
}

export const worldOf = (
  app: TestApp,
  management: Management,
  operations: readonly Operation[],
  cases: Cases,
): World => {
  let count = 0
  const world: World = {
    app,
    management,
    unique: () => `u${++count}`,
    absent: (prefix) => `${prefix}_${ABSENT}`,
    made: async (id, asked) => {
      const operation = operations.find((each) => each.id === id)
      if (!operation) throw new Error(`There is no operation ${id}.`)
      const success = cases[id]?.success
      if (!asked && !success) throw new Error(`There is no case of ${id}.`)
      const answer = await ask(management, operation, asked ?? (await success?.(world)) ?? {})
      if (answer.status >= 300) throw new Error(`${id}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body
    },
  }
  return world
}

/** A way to have an operation refuse a request that it would grant. */
export interface Refusing {
  readonly status: number
  readonly title: string
  send(app: TestApp, world: World, operation: Operation, granted: Asked): Promise<ManagementAnswer>
}

/** What every operation refuses, made from the request that it grants. */
export const refusalsOf = (operation: Operation): Refusing[] => {
  const { path, body, rawBody, permission } = operation
  const needsKey: Refusing[] = [
    {
      status: 401,
      title: 'without a key',
      send: (app, _, __, granted) => ask(managementOf(app.issuer, ''), operation, granted),
    },
    {
      status: 401,
      title: 'with a key that is none',
      send: (app, _, __, granted) => ask(managementOf(app.issuer, 'sk_none'), operation, granted),
    },
    {
      status: 403,
      title: 'with a key of other rights',
      send: async (app, _, __, granted) => {
        const other = permission.startsWith('events:') ? 'users:write' : 'events:write'
        return ask(await app.management([other]), operation, granted)
      },
    },
  ]
  const parameters = operation.errors.includes(404) ? [...path.matchAll(/:(\w+)/g)] : []
  return [
    ...(permission === 'public' ? [] : needsKey),
    ...parameters.map(([, name = '']) => ({
      status: 404,
      title: `for another ${name}`,
      send: (_: TestApp, { management }: World, __: Operation, granted: Asked) => {
        const absent = granted.params?.[name]?.replace(/^([a-z_]+)_[0-9A-Z]{26}$/, `$1_${ABSENT}`)
        const isId = absent !== granted.params?.[name]
        const params = { ...granted.params, [name]: isId && absent ? absent : 'absent' }
        return ask(management, operation, { ...granted, params })
      },
    })),
    {
      status: 422,
      title: 'for a parameter it does not know',
      send: (_, { management }, __, granted) =>
        ask(management, operation, { ...granted, query: { ...granted.query, no_such_parameter: '1' } }),
    },
    ...(body && !rawBody
      ? [
          {
            status: 400,
            title: 'to a body that is no JSON',
            send: (_: TestApp, { management }: World, __: Operation, granted: Asked) =>
              ask(management, operation, { ...granted, body: '{' }),
          },
          {
            status: 422,
            title: 'for a member it does not know',
            send: (_: TestApp, { management }: World, __: Operation, granted: Asked) =>
              ask(management, operation, {
                ...granted,
                body: { ...(granted.body as object), no_such_member: 1 },
              }),
          },
        ]
      : []),
  ]
}
