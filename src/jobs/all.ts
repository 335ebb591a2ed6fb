import type { DeliveringLogouts } from '../logout/deliver.ts'
import type { MailDelivery } from '../mail/create-mail.ts'
import type { Logger } from '../observability/logger.ts'
import type { KeyChanging } from '../signing-keys/change-keys.ts'
import type { Stores } from '../storage/index.ts'
import type { ExpiringTable } from '../storage/stores/expired-rows.ts'
import type { Delivering } from '../webhooks/deliver.ts'
import { deleteUnusedClientsJob, type UnusedClients } from './delete-unused-clients.ts'
import { deliverLogoutsJob } from './deliver-logouts.ts'
import { deliverMailJob } from './deliver-mail.ts'
import { deliverWebhooksJob } from './deliver-webhooks.ts'
import { type Flushed, flushUsageJob } from './flush-usage.ts'
import { rotateSigningKeysJob } from './rotate-signing-keys.ts'
import type { Job } from './schedule.ts'
import { sweepExpiredJob } from './sweep-expired.ts'
import type { createUsages } from './usages.ts'

export interface Jobs extends UnusedClients {
  readonly stores: Stores
  readonly tables: readonly ExpiringTable[]
  readonly keyChanging: KeyChanging
  readonly usages: Pick<ReturnType<typeof createUsages>, 'all'>
  /** What else is gathered in memory, and written with the uses. */
  readonly gathered: readonly Flushed[]
  readonly delivering: Delivering
  readonly deliveringLogouts: DeliveringLogouts
  readonly mail: Pick<MailDelivery, 'deliver'>
  readonly logger: Logger
}

/** Every job of a node. */
export const createJobs = (dependencies: Jobs): readonly Job[] => {
  const {
    stores,
    tables,
    keyChanging,
    usages,
    gathered,
    delivering,
    deliveringLogouts,
    mail,
    clock,
    logger,
  } = dependencies
  return [
    rotateSigningKeysJob({
      ...keyChanging,
      clock,
      onCreated: ({ kid, algorithm }) => logger.info({ kid, algorithm }, 'signing key created'),
    }),
    sweepExpiredJob({ stores, tables, clock }),
    flushUsageJob([...usages.all, ...gathered]),
    deleteUnusedClientsJob(dependencies),
    deliverWebhooksJob(delivering),
    deliverLogoutsJob(deliveringLogouts),
    deliverMailJob(mail),
  ]
}
