import { type Delivering, deliverDue } from '../webhooks/deliver.ts'
import type { Job } from './schedule.ts'

/** The longest that an event waits when nothing else does. */
const EVERY_SECONDS = 2

/** Sends events to the endpoints that want them, until nothing is due. */
export const deliverWebhooksJob = (delivering: Delivering): Job => ({
  name: 'deliver-webhooks',
  everySeconds: EVERY_SECONDS,
  run: (signal) => deliverDue(delivering, signal),
})
