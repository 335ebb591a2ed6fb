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
