import { deleteUnusedClients, type Reaping } from '../clients/unused-clients.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import type { Clock } from '../system/clock.ts'
import type { Job } from './schedule.ts'

export interface UnusedClients extends Reaping {
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  readonly clock: Clock
}

/** What is counted in days need not be looked for more often. */
const EVERY_SECONDS = 3600

export const deleteUnusedClientsJob = (dependencies: UnusedClients): Job => ({
  name: 'delete-unused-clients',
  everySeconds: EVERY_SECONDS,
  run: async (signal) => {
    const { settings } = await dependencies.environment.current()
    await deleteUnusedClients(
      dependencies,
      settings.dynamicClientUnusedDays,
      dependencies.clock.now(),
      signal,
    )
  },
})
