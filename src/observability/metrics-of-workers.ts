import { AggregatorRegistry, Gauge, type MetricObject, Registry } from 'prom-client'
import { READY } from './gauges.ts'

/*
 * What the workers of a node count is told as if one process had counted it: how each number is put together is said where
 * it is made (its `aggregator`).
 */

/** What a process counts, as it travels to another. */
export type MetricsSnapshot = readonly MetricObject[]

export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE

/** What a node tells besides of its workers: without one that serves, nobody else would say that it is not ready. */
export const ofNode = (workers: number, isReady: boolean): Promise<MetricsSnapshot> => {
  const registry = new Registry()
  const common = { registers: [registry] }
  new Gauge({ ...common, name: 'latchkey_workers', help: 'Processes that answer requests.' }).set(workers)
  if (!isReady) new Gauge({ ...common, ...READY }).set(0)
  return registry.getMetricsAsJSON()
}

/** As text. */
export const renderTogether = (snapshots: readonly MetricsSnapshot[]): Promise<string> =>
  together(snapshots).metrics()

/** What was counted by workers that are gone; what they read from themselves, such as memory, went with them. */
export const countedBy = async (snapshots: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> =>
  (await together(snapshots).getMetricsAsJSON()).filter(isCounted)

const isCounted = ({ type }: MetricObject): boolean => COUNTED.has(String(type))

const COUNTED: ReadonlySet<string> = new Set(['counter', 'histogram'])

const together = (snapshots: readonly MetricsSnapshot[]): Registry =>
  AggregatorRegistry.aggregate(snapshots.map((snapshot) => [...snapshot]))
