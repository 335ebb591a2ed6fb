/*
 * Bars over time, drawn by the server, with the numbers in a table behind them.
 */

export interface ChartSeries {
  readonly name: string
  readonly total: number
  readonly counts: readonly number[]
}

/** As many colours as can be told apart (assets/dashboard-charts.css). */
const COLORS = 5

const WIDTH = 600
const HEIGHT = 160

/** The largest apart, the others together. */
const together = (series: readonly ChartSeries[]): readonly ChartSeries[] => {
  if (series.length <= COLORS) return series
  const rest = series.slice(COLORS - 1)
  const counts = (rest[0]?.counts ?? []).map((_, place) =>
    rest.reduce((sum, { counts: some }) => sum + (some[place] ?? 0), 0),
  )
  return [
    ...series.slice(0, COLORS - 1),
    { name: `${rest.length} others`, total: rest.reduce((sum, { total }) => sum + total, 0), counts },
  ]
}

export const Chart = (props: {
  readonly id: string
  readonly title: string
  readonly series: readonly ChartSeries[]
  /** Of each stretch, in words. */
  readonly labels: readonly string[]
  /** Says what would be here. */
  readonly empty: string
}) => {
  const { id, title, labels } = props
  const total = props.series.reduce((sum, one) => sum + one.total, 0)
  if (total === 0) {
    return (
      <div class="empty">
        <p>{props.empty}</p>
      </div>
    )
  }
  const series = together(props.series)
  const sums = labels.map((_, place) => series.reduce((sum, { counts }) => sum + (counts[place] ?? 0), 0))
  const most = Math.max(...sums, 1)
  const step = WIDTH / labels.length
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-labelledby={`${id}-name ${id}-about`}
        preserveAspectRatio="none"
      >
        <title id={`${id}-name`}>{title}</title>
        <desc id={`${id}-about`}>
          {total} in all, at most {most} in one bar; the numbers are in the table below.
        </desc>
        {labels.map((label, place) => {
          let top = HEIGHT
          return (
            <g key={label}>
              {series.map(({ name, counts }, color) => {
                const height = ((counts[place] ?? 0) / most) * (HEIGHT - 4)
                top -= height
                return height === 0 ? null : (
                  <rect
                    key={name}
                    class={`series-${color + 1}`}
                    x={(place * step + step * 0.1).toFixed(2)}
                    y={top.toFixed(2)}
                    width={(step * 0.8).toFixed(2)}
                    height={height.toFixed(2)}
                  />
                )
              })}
            </g>
          )
        })}
      </svg>
      <p class="chart-axis">
        <span>{labels[0]}</span>
        <span>{labels.at(-1)}</span>
      </p>
      <figcaption>
        <ul class="legend">
          {series.map(({ name, total: sum }, color) => (
            <li key={name}>
              <span class={`swatch series-${color + 1}`} aria-hidden="true" />
              <bdi>{name}</bdi> <strong>{sum}</strong>
            </li>
          ))}
        </ul>
      </figcaption>
      <details>
        <summary>The numbers</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide ones scroll by themselves, so the keyboard has to get there. */}
        <div class="table-frame chart-table" tabIndex={0}>
          <table>
            <caption class="hidden-label">{title}</caption>
            <thead>
              <tr>
                <th scope="col">Time (UTC)</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col" class="end">
                    <bdi>{name}</bdi>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, place) =>
                sums[place] === 0 ? null : (
                  <tr key={label}>
                    <td data-label="Time (UTC)">{label}</td>
                    {series.map(({ name, counts }) => (
                      <td key={name} class="end" data-label={name}>
                        {counts[place]}
                      </td>
                    ))}
                  </tr>
                ),
              )}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
