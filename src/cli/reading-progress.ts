import cliProgress from 'cli-progress'

export interface ReadingProgress {
  read(bytes: number): void
  /** A line, above the bar where there is one. */
  say(line: string): void
  end(): void
}

/** How much of a file was read: a bar where somebody watches, every tenth in a log. */
export const createReadingProgress = (print: (line: string) => void, size: number): ReadingProgress => {
  let done = 0
  if (!process.stdout.isTTY) {
    let told = 0
    return {
      read: (bytes) => {
        done += bytes
        const tenths = Math.floor((done / Math.max(size, 1)) * 10)
        if (tenths > told && tenths < 10) print(`${tenths * 10} % read.`)
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
  bar.start(size, 0)
  return {
    read: (bytes) => {
      done += bytes
      bar.update(done)
    },
    say: (line) => {
      process.stdout.write(`\r\u001B[K`)
      print(line)
      bar.render()
    },
    end: () => bar.stop(),
  }
}
