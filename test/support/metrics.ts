/** What a node tells at /metrics. */
export interface ToldMetrics {
  readonly text: string
  /** Names of metrics, as `# TYPE` has them. */
  readonly names: ReadonlySet<string>
  /** Of the series with these labels, whatever others it has; undefined if there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined
}

export const readMetrics = async (origin: string): Promise<ToldMetrics> => {
  const response = await fetch(`${origin}/metrics`)
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`)
  const text = await response.text()
  const series = text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', of = '']) => [label, of])
    return name === undefined
      ? []
      : [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }]
  })
  return {
    text,
    names: new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name)),
    value: (name, labels = {}) =>
      series.find(
        (one) => one.name === name && Object.entries(labels).every(([label, of]) => one.labels[label] === of),
      )?.value,
  }
}
