import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { checkSettings } from '../../src/doctor/check-settings.ts'
import { levelsOf } from './levels.ts'

const sound = {
  DATABASE_URL: 'postgres://db.example.com/latchkey',
  LATCHKEY_SECRET: 'q3Vv0T8lQxw1dJt5mZrY7nKc2sHhB9eUoPpXfLgAi4',
  LATCHKEY_ISSUER: 'https://id.example.com',
  LATCHKEY_TRUSTED_PROXIES: '10.0.0.0/8',
  LATCHKEY_METRICS_PORT: '9464',
}
const checked = (changes: Readonly<Record<string, string>>) =>
  levelsOf(checkSettings(loadConfig({ ...sound, ...changes }), []))

describe('settings', () => {
  test('of a deployment are fine', () => expect(checked({})).toEqual(['ok']))

  test('of a machine for trying out are fine there', () => {
    expect(levelsOf(checkSettings(loadConfig({}), []))).toEqual(['ok'])
  })

  test('that are spelt otherwise are named, with what they may be meant for', () => {
    const [finding] = checkSettings(loadConfig(sound), [{ name: 'WORKER', meant: 'WORKERS' }])
    expect(finding).toMatchObject({ level: 'warning', says: expect.stringContaining('WORKER is set') })
    expect(finding?.cure).toContain('call it WORKERS')
  })

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['relaxed limits', { LATCHKEY_RELAX_RATE_LIMITS: 'true' }, 'problem'],
    [
      'an http issuer elsewhere',
      { LATCHKEY_ISSUER: 'http://id.example.com', LATCHKEY_ALLOW_INSECURE_ISSUER: 'true' },
      'problem',
    ],
    ['everybody as a proxy', { LATCHKEY_TRUSTED_PROXIES: '10.0.0.1,::/0' }, 'problem'],
    ['hosts that may be private', { LATCHKEY_OUTBOUND_ALLOWED_HOSTS: 'intranet.example.com' }, 'warning'],
    ['metrics for everybody', { LATCHKEY_METRICS_HOST: '0.0.0.0' }, 'warning'],
    ['access tokens for a day', { LATCHKEY_ACCESS_TOKEN_SECONDS: '86400' }, 'warning'],
    ['no log', { LATCHKEY_LOG_LEVEL: 'silent' }, 'warning'],
    ['the embedded store for everybody', { DATABASE_URL: '' }, 'warning'],
  ])('such as %s are a %s', (_, changes, level) => expect(checked(changes)).toEqual([level]))
})
