import type { StatisticsObject } from '../../objects/statistics.ts'
import { type StatisticKind, type StatisticPeriod, statisticPeriods } from '../../protocol/statistic.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { Chart, type ChartSeries } from './chart.tsx'
import { Part } from './parts.tsx'

const words: Readonly<Record<StatisticPeriod, string>> = {
  hour: 'Last hour',
  day: 'Last day',
  month: 'Last 30 days',
}

/** Names of methods of authentication (RFC 8176) that people know. */
const methodNames: Readonly<Record<string, string>> = {
  pwd: 'password',
  otp: 'app code',
  hwk: 'passkey',
  swk: 'passkey',
  mfa: 'two factors',
}

const methodsOf = (name: string): string =>
  name === ''
    ? 'elsewhere'
    : [...new Set(name.split(' ').map((method) => methodNames[method] ?? method))].join(' + ')

const charts: readonly {
  readonly id: string
  readonly title: string
  readonly kinds: readonly StatisticKind[]
  readonly nameOf: (kind: StatisticKind, name: string) => string
  readonly empty: string
}[] = [
  {
    id: 'sign-ins',
    title: 'Sign-ins',
    kinds: ['sign_in', 'sign_in_refused'],
    nameOf: (kind, name) => (kind === 'sign_in' ? methodsOf(name) : `refused: ${name}`),
    empty: 'Nobody has signed in in this time. Sign-ins are counted here by how people proved who they are.',
  },
  {
    id: 'tokens',
    title: 'Tokens by grant',
    kinds: ['tokens'],
    nameOf: (_, name) => name.replace(/^urn:.*:/, ''),
    empty: 'No tokens were issued in this time.',
  },
  {
    id: 'refusals-by-reason',
    title: 'Refusals by reason',
    kinds: ['refusal'],
    nameOf: (_, name) => name,
    empty: 'Nothing was refused in this time.',
  },
]

/** What happened, over time: charts, and the numbers behind them. */
export const Activity = ({ statistics }: { readonly statistics: StatisticsObject }) => {
  const labels = labelsOf(statistics)
  const totalOf = (kind: StatisticKind): number =>
    statistics.series.reduce((sum, one) => sum + (one.kind === kind ? one.total : 0), 0)
  return (
    <Part
      id="activity"
      title="Activity"
      actions={
        <nav class="snippet-tabs" aria-label="Time">
          <ul>
            {statisticPeriods.map((period) => (
              <li key={period}>
                <a
                  id={`period-${period}`}
                  href={`${dashboardPaths.overview}?period=${period}#activity`}
                  {...(period === statistics.period && { 'aria-current': 'true' as const })}
                >
                  {words[period]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      }
    >
      <ul class="figures">
        {[
          ['Sign-ins', totalOf('sign_in')] as const,
          ['Tokens', totalOf('tokens')] as const,
          ['Refusals', totalOf('refusal')] as const,
          ['Users of applications', statistics.active_users, statistics.active_is_more] as const,
          ['Applications in use', statistics.active_applications, statistics.active_is_more] as const,
        ].map(([label, count, isMore = false]) => (
          <li key={label}>
            <strong>
              {isMore && 'at least '}
              {count.toLocaleString('en')}
            </strong>
            <span>{label}</span>
          </li>
        ))}
      </ul>
      <div class="side-by-side">
        {charts.map(({ id, title, kinds, nameOf, empty }) => (
          <section key={id} aria-labelledby={`${id}-title`}>
            <h3 id={`${id}-title`}>{title}</h3>
            <Chart
              id={id}
              title={title}
              labels={labels}
              empty={empty}
              series={merged(
                statistics.series
                  .filter(({ kind }) => kinds.includes(kind))
                  .map((one) => ({ ...one, name: nameOf(one.kind, one.name) })),
              )}
            />
          </section>
        ))}
      </div>
    </Part>
  )
}

/** Of one name there is one: several methods may be called the same. */
const merged = (series: readonly ChartSeries[]): ChartSeries[] => {
  const byName = new Map<string, ChartSeries>()
  for (const one of series) {
    const known = byName.get(one.name)
    byName.set(
      one.name,
      known
        ? {
            name: one.name,
            total: known.total + one.total,
            counts: known.counts.map((count, place) => count + (one.counts[place] ?? 0)),
          }
        : one,
    )
  }
  return [...byName.values()].sort((one, other) => other.total - one.total)
}

const labelsOf = ({ period, range_start, bucket_seconds, series }: StatisticsObject): string[] => {
  const buckets = series[0]?.counts.length ?? 1
  return Array.from({ length: buckets }, (_, place) => {
    const at = new Date(Date.parse(range_start) + place * bucket_seconds * 1000).toISOString()
    return period === 'month' ? at.slice(0, 10) : at.slice(5, 16).replace('T', ' ')
  })
}
