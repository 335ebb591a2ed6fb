import { createServer } from 'node:http'
import { vi } from 'vitest'
import { freePort } from './app.ts'

export interface ReceivedSpan {
  readonly name: string
  /** 2: of a server, 3: of a client, 1: neither. */
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  /** 2: it failed. */
  readonly status: number
}

/** Takes what OpenTelemetry sends (OTLP over HTTP, as JSON), as a collector would. */
export interface TraceReceiver {
  /** What a node is to be started with; the SDK itself reads the environment of the process. */
  readonly settings: Readonly<Record<string, string>>
  /** All that came, as it came. */
  readonly bodies: readonly string[]
  spans(): readonly ReceivedSpan[]
  close(): Promise<void>
}

interface Exported {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[]
  }[]
}

interface ExportedSpan extends Omit<ReceivedSpan, 'attributes' | 'status' | 'parentSpanId'> {
  readonly parentSpanId?: string
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
  readonly status: { readonly code?: number }
}

export const startTraceReceiver = async (): Promise<TraceReceiver> => {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    if (request.url === '/v1/traces') bodies.push(Buffer.concat(parts).toString())
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const settings = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  return {
    settings,
    bodies,
    spans: () =>
      bodies
        .flatMap((body) => (JSON.parse(body) as Exported).resourceSpans ?? [])
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
        .map(({ attributes, status, parentSpanId, ...span }) => ({
          ...span,
          parentSpanId,
          attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
          status: status.code ?? 0,
        })),
    close: async () => {
      vi.unstubAllEnvs()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
