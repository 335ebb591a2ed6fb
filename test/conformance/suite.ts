/*
 * The API of the OpenID Foundation's conformance suite, as far as a run needs it. Its statuses: CREATED → CONFIGURED →
 * RUNNING ⇄ WAITING → FINISHED or INTERRUPTED. Its results: PASSED, WARNING, FAILED, SKIPPED, and REVIEW, where a person
 * has to look at the screenshot of a page.
 */

export interface Module {
  readonly testModule: string
  readonly variant?: Readonly<Record<string, string>>
}

export interface Plan {
  readonly id: string
  readonly modules: readonly Module[]
}

export interface LogEntry {
  readonly src?: string
  readonly msg?: string
  readonly result?: string
  readonly requirements?: readonly string[]
}

export interface Complaint extends LogEntry {
  /** What it is about, as JSON. */
  readonly details: string
}

export interface Outcome {
  readonly result: string
  /** Failures and warnings. */
  readonly complaints: readonly Complaint[]
}

/** Of every entry alike. */
const usualMembers = new Set([
  '_id',
  'testId',
  'testOwner',
  'src',
  'time',
  'msg',
  'result',
  'requirements',
  'blockId',
])

const complaintOf = (entry: LogEntry): Complaint => ({
  ...entry,
  details: JSON.stringify(
    Object.fromEntries(Object.entries(entry).filter(([member]) => !usualMembers.has(member))),
  ).slice(0, 600),
})

export interface Suite {
  createPlan(name: string, variant: Readonly<Record<string, string>>, configuration: object): Promise<Plan>
  /** @param beforeStart what a module has waited for that does not start by itself. */
  run(plan: Plan, module: Module, beforeStart?: () => Promise<void>): Promise<Outcome>
}

const POLL_MILLISECONDS = 700
/** The slowest modules wait for a code to expire, twice. */
const PATIENCE_MILLISECONDS = 240_000

/** @param base its origin. */
export const createSuite = (base: string): Suite => {
  const ask = async <T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T> => {
    const response = await fetch(new URL(path, base), {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  const query = (parameters: Readonly<Record<string, string>>) => new URLSearchParams(parameters).toString()

  /** Until it has ended, or waits for something that nobody is going to do. */
  const ended = async (
    id: string,
    beforeStart: () => Promise<void>,
  ): Promise<{ readonly status: string; readonly result?: string }> => {
    const deadline = Date.now() + PATIENCE_MILLISECONDS
    for (;;) {
      const info = await ask<{ status: string; result?: string }>('GET', `/api/info/${id}`)
      if (info.status === 'FINISHED' || info.status === 'INTERRUPTED') return info
      if (Date.now() > deadline) {
        await ask('DELETE', `/api/runner/${id}`)
        return { status: info.status }
      }
      if (info.status === 'CONFIGURED') {
        await beforeStart()
        await ask('POST', `/api/runner/${id}`)
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
    }
  }

  return {
    createPlan: (planName, variant, configuration) =>
      ask('POST', `/api/plan?${query({ planName, variant: JSON.stringify(variant) })}`, configuration),
    run: async ({ id: plan }, { testModule: test, variant }, beforeStart = async () => {}) => {
      const { id } = await ask<{ id: string }>(
        'POST',
        `/api/runner?${query({ test, plan, ...(variant && { variant: JSON.stringify(variant) }) })}`,
      )
      const { status, result } = await ended(id, beforeStart)
      const log = await ask<LogEntry[]>('GET', `/api/log/${id}`)
      return {
        result: status === 'FINISHED' ? (result ?? 'UNKNOWN') : `FAILED (${status})`,
        complaints: log
          .filter((entry) => entry.result === 'FAILURE' || entry.result === 'WARNING')
          .map(complaintOf),
      }
    },
  }
}
