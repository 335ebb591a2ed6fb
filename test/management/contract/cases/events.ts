import { eventNames } from '../../../../src/protocol/event-name.ts'
import type { Cases, World } from '../cases.ts'

const happened = async ({ made }: World) => {
  const { id } = await made('createOrganization')
  const { data } = await made('listEvents', { query: { events: 'organization.created', limit: '100' } })
  return (data as { id: string; data: { id: string } }[]).find((event) => event.data.id === id)?.id ?? ''
}

const delivery = async (world: World) => {
  const { id } = await world.made('createWebhookEndpoint')
  return { params: { id: id as string, event_id: await happened(world) } }
}

export const eventCases: Cases = {
  listEvents: {
    success: async ({ made }) => {
      await made('createOrganization')
      return { query: { events: 'organization.created,organization.updated', range_start: '2020-01-01' } }
    },
    422: [() => ({ query: { events: 'no.such_event' } }), () => ({ query: { range_end: 'yesterday' } })],
  },
  getEvent: {
    success: async (world) => ({ params: { id: await happened(world) } }),
  },

  listWebhookEndpoints: {
    success: async ({ made }) => {
      await made('createWebhookEndpoint')
      return { query: { limit: '2' } }
    },
  },
  createWebhookEndpoint: {
    success: ({ unique }) => ({
      body: { endpoint_url: `https://${unique()}.example.com/hook`, events: eventNames },
    }),
    409: async ({ made }) => {
      const { endpoint_url, events } = await made('createWebhookEndpoint')
      return { body: { endpoint_url, events } }
    },
    422: [
      () => ({ body: { endpoint_url: 'http://127.0.0.1/hook', events: ['user.created'] } }),
      () => ({ body: { endpoint_url: 'https://hooks.example.com', events: ['no.such_event'] } }),
    ],
  },
  updateWebhookEndpoint: {
    success: async ({ made }) => ({
      params: { id: (await made('createWebhookEndpoint')).id },
      body: { status: 'disabled' },
    }),
    409: async ({ made }) => {
      const { endpoint_url } = await made('createWebhookEndpoint')
      return { params: { id: (await made('createWebhookEndpoint')).id }, body: { endpoint_url } }
    },
    422: async ({ made }) => ({
      params: { id: (await made('createWebhookEndpoint')).id },
      body: { endpoint_url: 'javascript:alert(1)' },
    }),
  },
  deleteWebhookEndpoint: {
    success: async ({ made }) => ({ params: { id: (await made('createWebhookEndpoint')).id } }),
  },
  listWebhookDeliveries: {
    success: async (world) => ({ params: { id: (await delivery(world)).params.id } }),
  },
  resendWebhookDelivery: {
    success: delivery,
  },
}
