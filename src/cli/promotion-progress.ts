import cliProgress from 'cli-progress'
import type { Progress } from '../storage/promotion/promote.ts'

export interface PromotionProgress {
  tell(progress: Progress): void
  end(): void
}

/** A bar where somebody watches; in a log, a line for each table. */
export const createPromotionProgress = (print: (line: string) => void): PromotionProgress =>
  process.stdout.isTTY ? bar() : lines(print)

const bar = (): PromotionProgress => {
  const shown = new cliProgress.SingleBar(
    {
      format: '{bar} {percentage}% | {value}/{total} rows | {table}',
      hideCursor: true,
      clearOnComplete: true,
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

const lines = (print: (line: string) => void): PromotionProgress => {
  let last: string | undefined
  return {
    tell: ({ table, copied, total }) => {
      if (table !== last) print(`Copying ${table} (${copied} of ${total} rows so far).`)
      last = table
    },
    end: () => {},
  }
}
