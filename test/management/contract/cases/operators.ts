import type { Cases, World } from '../cases.ts'

const user = async ({ made }: World) => ({ id: String((await made('createUser')).id) })

const viewer = async (world: World) => {
  const params = await user(world)
  await world.made('setOperator', { params, body: { role: 'viewer' } })
  return params
}

const lastOwner = {
  409: { test: 'test/management/operators.test.ts', code: 'last_owner' },
} as const

export const operatorCases: Cases = {
  listOperators: {
    success: async (world) => {
      await viewer(world)
      return { query: { limit: '1' } }
    },
  },
  getOperator: { success: async (world) => ({ params: await viewer(world) }) },
  setOperator: {
    success: async (world) => ({ params: await user(world), body: { role: 'admin' } }),
    422: async (world) => ({ params: await user(world), body: { role: 'root' } }),
    elsewhere: lastOwner,
  },
  removeOperator: { success: async (world) => ({ params: await viewer(world) }), elsewhere: lastOwner },
}
