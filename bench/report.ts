import type { DatabaseWork } from './accounting.ts'
import { median } from './load.ts'
import type { ServerName } from './servers/target.ts'

/** One server's turn at one operation in one round. */
export interface Sample {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** CPU milliseconds per operation: of the server, of the database's processes, of the load driver. */
  readonly serverCpu: number
  readonly databaseCpu: number | undefined
  readonly driverCpu: number
  /** Bytes written ahead per operation. */
  readonly wal: number
  /** Resident bytes of the server afterwards. */
  readonly memory: number
}

/** Milliseconds from when operations were due, at a fixed rate of arrivals. */
export interface Arrivals {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

export interface Measurement {
  readonly operation: string
  readonly title: string
  readonly server: ServerName
  readonly samples: readonly Sample[]
  readonly work: DatabaseWork
  readonly arrivals: Arrivals
}

export interface Summary {
  readonly operation: string
  readonly title: string
  readonly server: ServerName
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly serverCpu: number
  readonly databaseCpu: number | undefined
  readonly driverCpu: number
  readonly wal: number
  readonly memory: number
  readonly work: DatabaseWork
  readonly arrivals: Arrivals
  /** Speed and server CPU as multiples of the other server's; medians over medians. */
  readonly speedOver: Partial<Record<ServerName, number>>
  readonly cpuOver: Partial<Record<ServerName, number>>
  /** The same of how long an operation takes, under way with as many others. */
  readonly p50Over: Partial<Record<ServerName, number>>
}

export const summarize = (measurements: readonly Measurement[]): Summary[] => {
  const medians = measurements.map(({ samples, ...rest }) => {
    const of = (pick: (sample: Sample) => number): number => median(samples.map(pick))
    const known = samples.every(({ databaseCpu }) => databaseCpu !== undefined)
    return {
      ...rest,
      perSecond: of((sample) => sample.perSecond),
      p50: of((sample) => sample.p50),
      p99: of((sample) => sample.p99),
      serverCpu: of((sample) => sample.serverCpu),
      databaseCpu: known ? of((sample) => sample.databaseCpu ?? 0) : undefined,
      driverCpu: of((sample) => sample.driverCpu),
      wal: of((sample) => sample.wal),
      memory: of((sample) => sample.memory),
    }
  })
  return medians.map((mine) => {
    const others = medians.filter(({ title, server }) => title === mine.title && server !== mine.server)
    const over = (pick: (one: (typeof medians)[number]) => number) =>
      Object.fromEntries(others.map((other) => [other.server, pick(mine) / pick(other)]))
    return {
      ...mine,
      speedOver: over((one) => one.perSecond),
      cpuOver: over((one) => one.serverCpu),
      p50Over: over((one) => one.p50),
    }
  })
}

const number = (value: number | undefined, digits: number): string =>
  value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits)
const times = (value: number | undefined): string => (value === undefined ? '' : `${value.toFixed(2)}x`)

const columns: readonly { readonly head: string; readonly cell: (row: Summary) => string }[] = [
  { head: 'server', cell: (row) => row.server },
  { head: 'per s', cell: (row) => number(row.perSecond, 0) },
  { head: '/oidc-p.', cell: (row) => times(row.speedOver['oidc-provider']) },
  { head: '/bare', cell: (row) => times(row.speedOver.bare) },
  { head: 'p50 ms', cell: (row) => number(row.p50, 1) },
  {
    head: '/empty',
    cell: (row) => (row.server === 'latchkey-grown' ? times(row.p50Over.latchkey) : ''),
  },
  { head: 'p99 ms', cell: (row) => number(row.p99, 1) },
  { head: 'cpu ms', cell: (row) => number(row.serverCpu, 3) },
  { head: 'db cpu', cell: (row) => number(row.databaseCpu, 3) },
  { head: 'driver', cell: (row) => number(row.driverCpu, 3) },
  { head: 'sql', cell: (row) => number(row.work.statements, 2) },
  { head: 'ins', cell: (row) => number(row.work.inserted, 2) },
  { head: 'upd', cell: (row) => number(row.work.updated, 2) },
  { head: 'del', cell: (row) => number(row.work.deleted, 2) },
  { head: 'WAL B', cell: (row) => number(row.wal, 0) },
  { head: 'RSS MB', cell: (row) => number(row.memory / 1e6, 0) },
  { head: 'at /s', cell: (row) => number(row.arrivals.perSecond, 0) },
  { head: 'p50', cell: (row) => number(row.arrivals.p50, 1) },
  { head: 'p99', cell: (row) => number(row.arrivals.p99, 1) },
  { head: 'p99.9', cell: (row) => number(row.arrivals.p999, 1) },
]

/** One block per operation, its servers below each other, all columns aligned over the whole table. */
export const table = (summaries: readonly Summary[]): string => {
  const cells = summaries.map((row) => columns.map(({ cell }) => cell(row)))
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...cells.map((row) => row[index]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((text, index) =>
        index === 0 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd()
  const lines = [line(columns.map(({ head }) => head))]
  summaries.forEach((row, index) => {
    if (row.title !== summaries[index - 1]?.title) lines.push('', `${row.title} (${row.operation})`)
    lines.push(line(cells[index] ?? []))
  })
  return lines.join('\n')
}
