import type { CredentialUsage } from '../clients/credentials.ts'
import type { Job } from './schedule.ts'

/** A node that is killed forgets the uses of this long. */
const EVERY_SECONDS = 10

/** Writes down when credentials were last used. */
export const flushCredentialUsageJob = ({ flush }: CredentialUsage): Job => ({
  name: 'flush-credential-usage',
  everySeconds: EVERY_SECONDS,
  run: flush,
})
