import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type pg from 'pg'
import { expect, vi } from 'vitest'

/** The promotion waits when it comes to that table, as if the disk stood still. */
export const holdBackAt = async (aside: pg.Client, table: string): Promise<void> => {
  await aside.query('select pg_advisory_lock(6)')
  const isClaimed = async () =>
    (await aside.query("select to_regclass('latchkey_copy_checkpoint') is not null as is_there")).rows
  await expect.poll(isClaimed, { interval: 5 }).toEqual([{ is_there: true }])
  await aside.query(`create function hold_back() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock(6); return new; end $$`)
  await aside.query(`create trigger hold_back before insert on latchkey_copy_checkpoint
    for each row when (new.name = '${table}') execute function hold_back()`)
}

/** Ended like that, with some tables copied and that one not. */
export const killedWhenHeldBack = async (aside: pg.Client, child: ChildProcess): Promise<void> => {
  const waiting = "select pid from pg_locks where locktype = 'advisory' and not granted"
  const { pid } = await vi.waitUntil(async () => (await aside.query(waiting)).rows[0], { timeout: 60_000 })
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  const { rows } = await aside.query(
    'select count(*)::int as whole from latchkey_copy_checkpoint where is_whole',
  )
  expect(rows[0]?.whole).toBeGreaterThan(0)
  // It still waits for its client's turn, and would not be told of its end before.
  await aside.query('select pg_terminate_backend($1)', [pid])
  await aside.query('drop function hold_back cascade')
}
