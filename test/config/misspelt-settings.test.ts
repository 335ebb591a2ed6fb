import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { misspeltSettings } from '../../src/config/misspelt-settings.ts'

test.each([
  ['DATABSE_URL', 'DATABASE_URL'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['DATABASEURLS', 'DATABASE_URL'],
  ['database_url', 'DATABASE_URL'],
  ['WORKER', 'WORKERS'],
  ['WROKERS', 'WORKERS'],
])('%s looks like %s', (name, meant) => {
  expect(misspeltSettings({ [name]: 'x' })).toEqual([{ name, meant }])
})

test('is nothing that is empty, looks otherwise, or stands beside the right one', () => {
  const environment = { WORKERS: '2', WORKER: '2', DATABSE_URL: '', DATABASE: 'x', WORK: 'x', HOME: 'x' }
  expect(misspeltSettings(environment)).toEqual([])
})

test('is refused if it has our prefix, and all of them at once', () => {
  expect(() => loadConfig({ LATCHKEY_ONE: 'x', LATCHKEY_PORT: '1', LATCHKEY_TWO: 'y' })).toThrow(
    /^LATCHKEY_ONE, LATCHKEY_TWO are not settings of Latchkey; .*\.$/,
  )
})
