import { expect, test } from 'vitest'
import { describeStatement } from '../../src/observability/statement-name.ts'

test.each([
  ['select "id" from "user" where "email" = $1', 'SELECT', 'user'],
  ['insert into "event" ("id") values ($1) on conflict do nothing', 'INSERT', 'event'],
  ['update "mail" set "sent_at" = $1 where "id" = $2', 'UPDATE', 'mail'],
  ['\n      delete from session where id in (select 1)', 'DELETE', 'session'],
  ['with "due" as (select "id" from "webhook_delivery") select 1 from "due"', 'WITH', 'webhook_delivery'],
  ['begin', 'BEGIN', undefined],
  ["select pg_notify('channel', $1)", 'SELECT', undefined],
  // What is no name of a table of ours is not told.
  ["select 1 from generate_series(1, 3), 'secret'", 'SELECT', undefined],
  ['', 'STATEMENT', undefined],
])('%s', (sql, operation, table) => {
  expect(describeStatement(sql)).toEqual({ operation, table })
})
