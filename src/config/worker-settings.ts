import { availableParallelism } from 'node:os'
import { z } from 'zod'

/*
 * How many processes serve, so that all cores of a machine have something to do.
 */

const MOST_WORKERS = 256

/** A number, or `auto`: one for each core. */
export const workersSetting = z
  .string()
  .regex(/^(auto|[1-9]\d{0,2})$/, { error: `must be auto, or a whole number from 1 to ${MOST_WORKERS}` })
  .refine((text) => text === 'auto' || Number(text) <= MOST_WORKERS, {
    error: `must be auto, or a whole number from 1 to ${MOST_WORKERS}`,
  })
  .default('1')

/** @returns the problem, to go on after the name of the variable. */
export const workersOf = (setting: string, isShareable: boolean): number | { readonly problem: string } => {
  if (setting === 'auto') return isShareable ? availableParallelism() : 1
  const workers = Number(setting)
  return workers > 1 && !isShareable
    ? { problem: 'needs DATABASE_URL: only one process can have the embedded store' }
    : workers
}

/** What a process gets of the connections of its node: two at least, if there are so many, so that none waits for itself. */
export const shareOf = (connections: number, workers: number): number =>
  Math.max(Math.min(connections, 2), Math.ceil(connections / workers))

/** However many cores there are: each hash wants 19 MiB, and floods are not what a machine is for. */
const MOST_HASHES = 2

/**
 * How many passwords a process hashes at once. argon2 wants a core for each, and one is left to who answers and to the
 * database: a process of lower priority still makes them wait for it. With a process for each core one each is the least.
 */
export const hashesAtOnce = (workers: number, cores = availableParallelism()): number =>
  workers > 1 ? 1 : Math.max(1, Math.min(MOST_HASHES, cores - 1))
