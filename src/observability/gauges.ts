import { Counter, Gauge, type Registry } from 'prom-client'

/*
 * What a node reads from itself, and from the database, when it is asked.
 */

/** Of something that is kept in memory, since the node began. */
export interface CacheUse {
  readonly hits: number
  readonly misses: number
  readonly size: number
}

export interface QueueLoad {
  readonly queue: string
  /** Not delivered yet, and to be attempted. */
  readonly waiting: number
  /** Since the oldest of these was written down. */
  readonly oldestSeconds: number
  /** Since something should have been attempted that was not. */
  readonly overdueSeconds: number
}

export interface SigningKeyAge {
  readonly algorithm: string
  /** Since it began to sign. */
  readonly ageSeconds: number
  /** Until it gets a successor; negative if that is late. */
  readonly rotatesInSeconds: number
}

export interface Readings {
  readonly isReady: boolean
  readonly passwordHashing: { readonly running: number; readonly waiting: number; readonly refused: number }
  /** Undefined: the store has none. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number } | undefined
  readonly caches: Readonly<Record<string, CacheUse>>
  /** Undefined: the database did not say. */
  readonly signingKeys: readonly SigningKeyAge[] | undefined
  readonly queues: readonly QueueLoad[] | undefined
}

export const READY = {
  name: 'latchkey_ready',
  help: '1 if the node is ready for requests, as /readyz says.',
  aggregator: 'min',
} as const

export const createGauges = (registers: Registry[]) => {
  /** @param together how the numbers of several workers make one. */
  const gauge = <Label extends string = never>(
    together: 'sum' | 'min' | 'max',
    name: string,
    help: string,
    labelNames: Label[] = [],
  ) => new Gauge({ name: `latchkey_${name}`, help, labelNames, registers, aggregator: together })
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `latchkey_${name}_total`, help, labelNames, registers })

  const ready = new Gauge({ ...READY, registers })
  const hashing = gauge('sum', 'password_hashing', 'Passwords being hashed (running) or waiting for it.', [
    'state',
  ])
  const refusedHashing = counter('password_hashing_refused', 'Passwords not hashed, since too many waited.')
  const connections = gauge(
    'sum',
    'database_connections',
    'Connections of the pool: busy, idle, and requests that wait for one.',
    ['state'],
  )
  const lookups = counter('cache_lookups', 'Looks into what is kept in memory.', ['cache', 'result'])
  const entries = gauge('sum', 'cache_entries', 'How many things are kept in memory.', ['cache'])
  const keyAge = gauge('max', 'signing_key_age_seconds', 'How long the key that signs has signed.', [
    'algorithm',
  ])
  const rotatesIn = gauge(
    'min',
    'signing_key_rotates_in_seconds',
    'When the key that signs gets a successor; negative if that is late.',
    ['algorithm'],
  )
  const waiting = gauge(
    'max',
    'queue_waiting',
    'Not delivered yet, in the whole deployment; 10000 and more count as 10000.',
    ['queue'],
  )
  const oldest = gauge('max', 'queue_oldest_seconds', 'Age of the oldest of what is not delivered yet.', [
    'queue',
  ])
  const overdue = gauge(
    'max',
    'queue_overdue_seconds',
    'How long something has been due that was not attempted.',
    ['queue'],
  )

  return {
    set: ({ isReady, passwordHashing, pool, caches, signingKeys, queues }: Readings): void => {
      ready.set(isReady ? 1 : 0)
      hashing.set({ state: 'running' }, passwordHashing.running)
      hashing.set({ state: 'waiting' }, passwordHashing.waiting)
      replace(refusedHashing, [{ value: passwordHashing.refused }])
      if (pool !== undefined) {
        connections.set({ state: 'busy' }, pool.total - pool.idle)
        connections.set({ state: 'idle' }, pool.idle)
        connections.set({ state: 'waiting' }, pool.waiting)
      }
      const used = Object.entries(caches)
      replace(
        lookups,
        used.flatMap(([cache, { hits, misses }]) => [
          { labels: { cache, result: 'hit' }, value: hits },
          { labels: { cache, result: 'miss' }, value: misses },
        ]),
      )
      for (const [cache, { size }] of used) entries.set({ cache }, size)
      // What is not known is left out: an old number would pass for a new one.
      for (const each of [keyAge, rotatesIn, waiting, oldest, overdue]) each.reset()
      for (const { algorithm, ageSeconds, rotatesInSeconds } of signingKeys ?? []) {
        keyAge.set({ algorithm }, ageSeconds)
        rotatesIn.set({ algorithm }, rotatesInSeconds)
      }
      for (const { queue, waiting: depth, oldestSeconds, overdueSeconds } of queues ?? []) {
        waiting.set({ queue }, depth)
        oldest.set({ queue }, oldestSeconds)
        overdue.set({ queue }, overdueSeconds)
      }
    },
  }
}

/** Counted elsewhere, from the beginning of the node, and taken over as it stands. */
const replace = <Label extends string>(
  counter: Counter<Label>,
  values: readonly { readonly labels?: Record<Label, string>; readonly value: number }[],
): void => {
  counter.reset()
  for (const { labels, value } of values) {
    if (labels) counter.inc(labels, value)
    else counter.inc(value)
  }
}
