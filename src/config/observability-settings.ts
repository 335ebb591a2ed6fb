/*
 * Who may watch the server, and where it tells what it does.
 */

/** A listener of its own; undefined: there are no metrics to be had. */
export interface MetricsConfig {
  readonly host: string
  readonly port: number
}

/** This machine alone, until told otherwise: whoever reaches the listener may read all of it. */
const METRICS_HOST = 'localhost'

export const metricsConfigOf = (
  port: number | undefined,
  host: string | undefined,
): MetricsConfig | undefined => (port === undefined ? undefined : { host: host ?? METRICS_HOST, port })
