import { type DeliveringLogouts, deliverLogouts } from '../logout/deliver.ts'
import type { Job } from './schedule.ts'

/** For what is to be tried again; what is new is announced by the database. */
const EVERY_SECONDS = 5

/** Tells applications that sessions have ended, until nothing is due. */
export const deliverLogoutsJob = (delivering: DeliveringLogouts): Job => ({
  name: 'deliver-logouts',
  everySeconds: EVERY_SECONDS,
  run: (signal) => deliverLogouts(delivering, signal),
})
