import cliProgress from 'cli-progress'
import type { Progress } from '../storage/copying/copy-store.ts'

export interface CopyingProgress {
  tell(progress: Progress): void
  end(): void
}

/** A bar where somebody watches; in a log, a line for each table. */
export const createCopyingProgress = (print: (line: string) => void): CopyingProgress =>
  process.stdout.isTTY ? bar() : lines(print)

const bar = (): CopyingProgress => {
  const shown = new cliProgress.SingleBar(
    {
      format: '{bar} {percentage}% | {value}/{total} rows | {table}',
      clearOnComplete: true,
      // Otherwise it takes Ctrl-C for itself, and whoever is killed leaves a terminal that does not break lines.
      ...{ gracefulExit: false, linewrap: true },
    },
    cliProgress.Presets.shades_classic,
  )
  let isStarted = false
  return {
    tell: ({ table, copied, total }) => {
      if (!isStarted) shown.start(total, copied, { table })
      isStarted = true
      shown.setTotal(total)
      shown.update(copied, { table })
    },
    end: () => shown.stop(),
  }
}

const lines = (print: (line: string) => void): CopyingProgress => {
  let last: string | undefined
  return {
    tell: ({ table, copied, total }) => {
      if (table !== last) print(`Copying ${table} (${copied} of ${total} rows so far).`)
      last = table
    },
    end: () => {},
  }
}
