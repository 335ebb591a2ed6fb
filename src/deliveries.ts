import type { DeliveringLogouts } from './logout/deliver.ts'
import { createMail, type Mailing } from './mail/create-mail.ts'
import type { Logger } from './observability/logger.ts'
import { createSealer } from './system/encryption.ts'
import type { OutboundFetch } from './system/outbound-fetch.ts'
import type { Delivering } from './webhooks/deliver.ts'

/*
 * What is sent after it has been written down: webhooks, logouts and mail.
 */

export interface Deliveries
  extends Omit<DeliveringLogouts, 'onError'>,
    Omit<Mailing, 'sealer' | 'stores' | 'logger'>,
    Omit<Delivering, 'onError' | 'sealer' | 'stores'> {
  readonly stores: DeliveringLogouts['stores'] & Delivering['stores'] & Mailing['stores']
  readonly outboundFetch: OutboundFetch
  readonly secret: string | Uint8Array
  readonly logger: Logger
}

export const createDeliveries = (dependencies: Deliveries) => {
  const { secret, random, logger } = dependencies
  const webhookSealer = createSealer(secret, 'webhook', random)
  const delivering: Delivering = {
    ...dependencies,
    sealer: webhookSealer,
    onError: (error) => logger.error({ err: error }, 'sending a webhook'),
  }
  const deliveringLogouts: DeliveringLogouts = {
    ...dependencies,
    onError: (error) => logger.error({ err: error }, 'telling an application of a logout'),
  }
  const mail = createMail({ ...dependencies, sealer: createSealer(secret, 'mail', random) })
  return { webhookSealer, delivering, deliveringLogouts, mail }
}
