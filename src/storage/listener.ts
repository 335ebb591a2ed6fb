import pg from 'pg'
import { after, type Timer, within } from '../system/timer.ts'
import { KEEP_ALIVE_DELAY } from './connection-pool.ts'

/** What the triggers of the database announce at commit (migrations/0001-foundation.ts, 0002-management.ts). */
export const channels = [
  'latchkey_application',
  'latchkey_signing_key',
  'latchkey_environment',
  'latchkey_logout',
  'latchkey_mail',
] as const

export type Channel = (typeof channels)[number]

export interface Announcements {
  /** A row of that channel changed, here or on another node. */
  readonly changed: (channel: Channel, subject: string) => void
  /** Announcements may have been lost: whatever is cached is in doubt. */
  readonly lost: () => void
}

export interface ListenerOptions {
  readonly url: string
  readonly connectMilliseconds: number
  /** How often the connection is asked whether it lives: who only listens cannot tell silence from death. */
  readonly heartbeatMilliseconds: number
  readonly onError: (error: unknown) => void
}

export interface Listener {
  /** @throws if the first connection fails; a later one is made again until it works. */
  listen(announcements: Announcements): Promise<void>
  close(): Promise<void>
}

const RECONNECT_MILLISECONDS = 1_000
/** How long closing waits for the server to say goodbye. */
const GOODBYE_MILLISECONDS = 1_000

interface Connection {
  /** Once everything is listened to. */
  readonly opened: Promise<void>
  /** Once it is over, however it ended. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/** One connection of its own for LISTEN: a pooled one would be handed to others. */
export const createListener = (options: ListenerOptions): Listener => {
  // Never two: the next one is made when this one has ended.
  let connection: Connection | undefined
  let pause: Timer | undefined
  let closed = false

  const connect = async (announcements: Announcements): Promise<Connection> => {
    const next = openConnection(options, announcements)
    connection = next
    await next.opened
    // What changed while nobody listened was not heard.
    announcements.lost()
    return next
  }

  const reconnect = async (announcements: Announcements): Promise<Connection | undefined> => {
    while (!closed) {
      await new Promise<void>((resolve) => {
        pause = after(RECONNECT_MILLISECONDS, resolve)
      })
      try {
        return await connect(announcements)
      } catch (error) {
        if (!closed) options.onError(error)
      }
    }
    return undefined
  }

  const keepUp = async (first: Connection, announcements: Announcements): Promise<void> => {
    let current: Connection | undefined = first
    while (current !== undefined) {
      await current.ended
      if (closed) return
      announcements.lost()
      current = await reconnect(announcements)
    }
  }

  return {
    listen: async (announcements) => {
      keepUp(await connect(announcements), announcements).catch(options.onError)
    },
    close: async () => {
      closed = true
      pause?.cancel()
      await connection?.close()
    },
  }
}

const openConnection = (
  { url, connectMilliseconds, heartbeatMilliseconds, onError }: ListenerOptions,
  { changed }: Announcements,
): Connection => {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'latchkey listener',
    connectionTimeoutMillis: connectMilliseconds,
    query_timeout: connectMilliseconds,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY,
  })
  let state: 'opening' | 'open' | 'over' = 'opening'
  let heartbeat: Timer | undefined

  /** At once: a goodbye on a dead connection would be waited for in vain. */
  const destroy = (): void => {
    state = 'over'
    heartbeat?.cancel()
    client.connection.stream.destroy()
  }

  // While it opens, `opened` tells.
  const fail = (error: unknown): void => {
    if (state !== 'open') return
    destroy()
    onError(error)
  }

  const beat = (): void => {
    heartbeat = after(heartbeatMilliseconds, () => {
      client.query('select 1').then(() => state === 'open' && beat(), fail)
    })
  }

  const open = async (): Promise<void> => {
    try {
      await client.connect()
      for (const channel of channels) await client.query(`listen ${channel}`)
    } catch (error) {
      destroy()
      throw error
    }
    // It may have died while the last answer was on its way.
    if (state !== 'opening') throw new Error('The connection ended.')
    state = 'open'
    beat()
  }

  const ended = new Promise<void>((resolve) => {
    client.on('end', () => {
      state = 'over'
      heartbeat?.cancel()
      resolve()
    })
  })
  client.on('notification', ({ channel, payload }) => changed(channel as Channel, payload ?? ''))
  client.on('error', fail)

  return {
    opened: open(),
    ended,
    close: async () => {
      const wasOpen = state === 'open'
      state = 'over'
      heartbeat?.cancel()
      if (wasOpen) await within(GOODBYE_MILLISECONDS, client.end(), () => new Error()).catch(() => {})
      destroy()
    },
  }
}
