import cliProgress from 'cli-progress'

export interface ReadingProgress {
  /** @param share of the file, from 0 to 1. */
  reach(share: number): void
  /** A line, above the bar where there is one. */
  say(line: string): void
  end(): void
}

/** How much of a file is done with: a bar where somebody watches, every tenth in a log. */
export const createReadingProgress = (print: (line: string) => void): ReadingProgress => {
  if (!process.stdout.isTTY) {
    let told = 0
    return {
      reach: (share) => {
        const tenths = Math.floor(share * 10)
        if (tenths > told && tenths < 10) print(`${tenths * 10} % done.`)
        told = Math.max(told, tenths)
      },
      say: print,
      end: () => {},
    }
  }
  const bar = new cliProgress.SingleBar(
    { format: '{bar} {percentage}%', clearOnComplete: true, ...{ gracefulExit: false, linewrap: true } },
    cliProgress.Presets.shades_classic,
  )
  bar.start(1, 0)
  return {
    reach: (share) => bar.update(share),
    say: (line) => {
      process.stdout.write(`\r\u001B[K`)
      print(line)
      bar.render()
    },
    end: () => bar.stop(),
  }
}
