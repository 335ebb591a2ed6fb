import { readFile, writeFile } from 'node:fs/promises'
import type { Summary } from './report.ts'
import type { ServerName } from './servers/target.ts'

/*
 * What was measured, as docs/performance.md says it: a table and a chart between the marks.
 */

const page = new URL('../docs/performance.md', import.meta.url)
const chart = new URL('../docs/performance.svg', import.meta.url)
/** The marks between which a part of the page is written. */
type Part = 'measured' | 'grown'

interface Circumstances {
  readonly date: string
  readonly node: string
  readonly postgres: string
  readonly cpu: string
  readonly cores: number
  readonly concurrency: number
  readonly secondsPerRound: number
  readonly rounds: number
}

const ratio = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(2))
const count = (value: number): string => String(Math.round(value * 100) / 100)

interface Row {
  readonly title: string
  readonly of: Partial<Record<ServerName, Summary>>
}

const rowsOf = (summaries: readonly Summary[]): Row[] => {
  const titles = [...new Set(summaries.map(({ title }) => title))]
  return titles.map((title) => ({
    title,
    of: Object.fromEntries(
      summaries.filter((summary) => summary.title === title).map((summary) => [summary.server, summary]),
    ),
  }))
}

/** Columns as wide as what is in them, as the formatter wants it. */
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((cells) => cells[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

/** When, on what, and how. */
const circumstancesOf = ({
  date,
  node,
  postgres,
  cpu,
  cores,
  concurrency,
  secondsPerRound,
  rounds,
}: Circumstances): string =>
  `Measured on ${date.slice(0, 10)}: ${cores} cores (${cpu}) for the servers, the database and the driver, Node ${node}, ${postgres.split(' on ')[0]}, ${concurrency} requests under way, medians of ${rounds} rounds of ${secondsPerRound} s.`

/** Latchkey on a database that has grown, against the same on one that is as good as empty. */
const grownOf = (rows: readonly Row[], circumstances: Circumstances): string => {
  const head = ['operation', 'p50 ms, empty', 'p50 ms, grown', 'times']
  return [
    circumstancesOf(circumstances),
    '',
    ...tableOf(
      head,
      rows.flatMap(({ title, of: { latchkey, 'latchkey-grown': grown } }) =>
        latchkey && grown
          ? [[title, latchkey.p50.toFixed(1), grown.p50.toFixed(1), ratio(grown.p50Over.latchkey)]]
          : [],
      ),
    ),
  ].join('\n')
}

const markdownOf = (rows: readonly Row[], circumstances: Circumstances): string => {
  const head = [
    'operation',
    'per second',
    'against oidc-provider',
    'against the bare frame',
    'CPU ms (Latchkey, oidc-provider, bare)',
    'statements, rows written',
    'WAL bytes',
    'p50, p99, p99.9 ms at a fixed rate',
  ]
  const cells = rows.flatMap(({ title, of }) => {
    const { latchkey, bare } = of
    if (latchkey === undefined) return []
    const cpuMs = [latchkey, of['oidc-provider'], bare].map((one) => one?.serverCpu.toFixed(2) ?? '–')
    const { statements, inserted, updated, deleted } = latchkey.work
    const { perSecond, p50, p99, p999 } = latchkey.arrivals
    return [
      [
        title,
        Math.round(latchkey.perSecond).toLocaleString('en'),
        ratio(latchkey.speedOver['oidc-provider']),
        ratio(latchkey.speedOver.bare),
        cpuMs.join(', '),
        `${count(statements)}, ${count(inserted + updated + deleted)}`,
        String(Math.round(latchkey.wal)),
        `${[p50, p99, p999].map((one) => one.toFixed(1)).join(', ')} (${Math.round(perSecond)}/s)`,
      ],
    ]
  })
  const memory = Math.max(...rows.map(({ of }) => of.latchkey?.memory ?? 0))
  return [
    `${circumstancesOf(circumstances)} Latchkey had at most ${Math.round(memory / 1e6)} MB resident.`,
    '',
    '![How fast each operation is, against the bare frame and oidc-provider](performance.svg)',
    '',
    ...tableOf(head, cells),
  ].join('\n')
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`)

const servers: readonly { readonly name: ServerName; readonly label: string; readonly fill: string }[] = [
  { name: 'latchkey', label: 'Latchkey', fill: '#2563eb' },
  { name: 'oidc-provider', label: 'oidc-provider', fill: '#f59e0b' },
]

/** Bars: how fast, as part of the bare frame, which is the line at the right. */
const chartOf = (rows: readonly Row[]): string => {
  const [labels, width, rowHeight, top] = [330, 420, 44, 48]
  const measured = rows.filter(({ of }) => of.bare && of.latchkey)
  const height = top + measured.length * rowHeight + 16
  const bars = measured.flatMap(({ title, of }, index) => {
    const y = top + index * rowHeight
    const bare = of.bare?.perSecond ?? 1
    return [
      `<text x="${labels - 12}" y="${y + 20}" text-anchor="end">${escaped(title)}</text>`,
      ...servers.flatMap(({ name, fill }, place) => {
        const summary = of[name]
        if (!summary) return []
        const share = summary.perSecond / bare
        const length = Math.max(1, Math.min(share, 1.15) * width)
        const at = y + 2 + place * 17
        return [
          `<rect x="${labels}" y="${at}" width="${length.toFixed(1)}" height="14" rx="2" fill="${fill}"/>`,
          `<text x="${(labels + length + 6).toFixed(1)}" y="${at + 11}" class="small">${share.toFixed(2)}</text>`,
        ]
      }),
    ]
  })
  const legend = servers.map(
    ({ label, fill }, place) =>
      `<rect x="${labels + place * 130}" y="12" width="12" height="12" rx="2" fill="${fill}"/>` +
      `<text x="${labels + 18 + place * 130}" y="22">${label}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${labels + width + 110} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">Speed as part of the bare frame of each operation</title>',
    '<style>text{font:13px system-ui,sans-serif;fill:#374151}.small{font-size:11px}@media(prefers-color-scheme:dark){text{fill:#d1d5db}}</style>',
    ...legend,
    `<line x1="${labels + width}" y1="${top - 8}" x2="${labels + width}" y2="${height - 8}" stroke="#9ca3af" stroke-dasharray="4 3"/>`,
    `<text x="${labels + width}" y="${top - 14}" text-anchor="middle" class="small">bare frame</text>`,
    ...bars,
    '</svg>',
    '',
  ].join('\n')
}

/**
 * What was measured on a database that has grown, if that was measured; all else otherwise.
 *
 * @throws if the page has no place for it.
 */
export const writePerformance = async (
  summaries: readonly Summary[],
  circumstances: Circumstances,
): Promise<void> => {
  const rows = rowsOf(summaries)
  if (summaries.some(({ server }) => server === 'latchkey-grown')) {
    await writePart('grown', grownOf(rows, circumstances))
    return
  }
  await writePart('measured', markdownOf(rows, circumstances))
  await writeFile(chart, chartOf(rows))
}

const writePart = async (part: Part, content: string): Promise<void> => {
  const text = await readFile(page, 'utf8')
  const [begin, end] = [`<!-- ${part} -->`, `<!-- /${part} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no ${begin} … ${end}`)
  await writeFile(page, `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`)
}
