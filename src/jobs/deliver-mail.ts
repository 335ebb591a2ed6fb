import type { MailDelivery } from '../mail/create-mail.ts'
import type { Job } from './schedule.ts'

/** For what is to be tried again; what is new is announced by the database. */
const EVERY_SECONDS = 5

/** Sends mail, until nothing is due. */
export const deliverMailJob = (mail: Pick<MailDelivery, 'deliver'>): Job => ({
  name: 'deliver-mail',
  everySeconds: EVERY_SECONDS,
  run: mail.deliver,
})
