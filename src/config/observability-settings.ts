import { z } from 'zod'

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

/** OpenTelemetry; the SDK reads the rest of its variables itself. */
export interface TracingConfig {
  /** Undefined: the variables say it, and the SDK reads them. */
  readonly serviceName: string | undefined
}

const address = z.url({
  protocol: /^https?$/,
  error: 'must be an address such as http://localhost:4318',
})

/** Those that decide whether there are traces at all, by the names of the standard. */
export const tracingVariables = {
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z
    .string()
    .regex(/^ *(otlp|zipkin|console|none)( *, *(otlp|zipkin|console|none))* *$/, {
      error: 'must list what there is, separated by commas: otlp, zipkin, console, none',
    })
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: address.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address.optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional(),
}

const SERVICE_NAME = 'latchkey'

/** Traces are sent where somebody has said where to. */
export const tracingConfigOf = (
  values: Readonly<Partial<Record<keyof typeof tracingVariables, string | undefined>>>,
): TracingConfig | undefined => {
  if (values.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return undefined
  const exporters = values.OTEL_TRACES_EXPORTER
  if (exporters?.includes('none')) return undefined
  const endpoint = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT
  if (exporters === undefined && endpoint === undefined) return undefined
  const isNamed =
    values.OTEL_SERVICE_NAME !== undefined || /\bservice\.name=/.test(values.OTEL_RESOURCE_ATTRIBUTES ?? '')
  return { serviceName: isNamed ? undefined : SERVICE_NAME }
}
