import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { lifetimes } from '../../src/config/lifetimes.ts'
import { configuredSettings } from '../../src/environment/configured-settings.ts'
import { createEnvironmentRegistry } from '../../src/environment/environment-registry.ts'
import type { EnvironmentSnapshot } from '../../src/storage/stores/environment.ts'
import { settableClock } from '../support/settable-clock.ts'

const nothing: EnvironmentSnapshot = {
  settings: {},
  corsOrigins: [],
  redirectUris: [],
  resources: [],
  jwtTemplate: null,
  brandImages: {},
  identityProviders: [],
  organizationsHaveProviders: false,
  loginUris: [],
}

const CACHE_SECONDS = 5

/** A registry over a database whose answers, and whether it answers, the test decides. */
const openRegistry = async () => {
  const clock = settableClock()
  const errors: unknown[] = []
  const database = {
    reads: 0,
    settings: {} as Record<string, unknown>,
    answer: undefined as (() => Promise<EnvironmentSnapshot>) | undefined,
  }
  const snapshot = async (): Promise<EnvironmentSnapshot> => {
    database.reads += 1
    const { settings } = database
    return database.answer?.() ?? { ...nothing, settings }
  }
  const registry = await createEnvironmentRegistry({
    stores: { environment: { snapshot } } as never,
    configured: configuredSettings(loadConfig({}), lifetimes),
    clock,
    cacheSeconds: CACHE_SECONDS,
    onError: (error) => errors.push(error),
    patienceMilliseconds: 50,
  })
  const brand = async () => (await registry.current()).settings.brandName
  return { registry, clock, errors, database, brand }
}

describe('the environment as a node knows it', () => {
  test('is read once in five seconds, however many ask', async () => {
    const { clock, database, brand } = await openRegistry()
    database.settings = { brand_name: 'Changed' }
    expect(await Promise.all(Array.from({ length: 50 }, brand))).toEqual(Array(50).fill('Latchkey'))
    expect(database.reads).toBe(1)
    clock.advance(CACHE_SECONDS)
    expect(await Promise.all(Array.from({ length: 50 }, brand))).toEqual(Array(50).fill('Changed'))
    expect(database.reads).toBe(2)
  })

  test('is read anew at once when a change was announced', async () => {
    const { registry, database, brand } = await openRegistry()
    database.settings = { brand_name: 'Changed' }
    registry.invalidate()
    expect(await brand()).toBe('Changed')
    expect(registry.latest().settings.brandName).toBe('Changed')
  })

  test('all who come after the announcement get what was announced, also while it is being read', async () => {
    const { registry, database, brand } = await openRegistry()
    database.settings = { brand_name: 'Changed' }
    registry.invalidate()
    expect(await Promise.all(Array.from({ length: 10 }, brand))).toEqual(Array(10).fill('Changed'))
    expect(database.reads).toBe(2)
  })

  test('a reading that began before the announcement is not kept', async () => {
    const { registry, database, brand } = await openRegistry()
    let finish = (_: EnvironmentSnapshot) => {}
    database.answer = () => new Promise((resolve) => (finish = resolve))
    registry.invalidate()
    const early = brand()
    registry.invalidate()
    database.answer = undefined
    database.settings = { brand_name: 'Changed' }
    expect(await brand()).toBe('Changed')
    finish({ ...nothing, settings: { brand_name: 'Before' } })
    expect(await early).toBe('Before')
    expect(await brand()).toBe('Changed')
  })

  test('who waited for a reading finds no less in the latest, though a change was announced meanwhile', async () => {
    const { registry, database, brand } = await openRegistry()
    let finish = (_: EnvironmentSnapshot) => {}
    database.answer = () => new Promise((resolve) => (finish = resolve))
    registry.invalidate()
    const waiting = brand()
    // The announcement of the same change, which comes by another connection.
    registry.invalidate()
    finish({ ...nothing, settings: { brand_name: 'Changed' } })
    expect(await waiting).toBe('Changed')
    expect(registry.latest().settings.brandName).toBe('Changed')
    database.answer = undefined
    database.settings = { brand_name: 'Changed again' }
    expect(await brand()).toBe('Changed again')
  })

  test('a reading that ends after a later one does not take its place in the latest', async () => {
    const { registry, database, brand } = await openRegistry()
    let finish = (_: EnvironmentSnapshot) => {}
    database.answer = () => new Promise((resolve) => (finish = resolve))
    registry.invalidate()
    const early = brand()
    registry.invalidate()
    database.answer = undefined
    database.settings = { brand_name: 'Changed' }
    expect(await brand()).toBe('Changed')
    finish({ ...nothing, settings: { brand_name: 'Before' } })
    await early
    expect(registry.latest().settings.brandName).toBe('Changed')
  })

  test('is read anew where the clock was set back', async () => {
    const { clock, database, brand } = await openRegistry()
    database.settings = { brand_name: 'Changed' }
    clock.advance(-3600)
    expect(await brand()).toBe('Changed')
  })

  test.each([
    ['fails', () => Promise.reject(new Error('ECONNREFUSED'))],
    ['falls silent', () => new Promise<never>(() => {})],
  ])('stays what it was while the database %s, which is asked again later', async (_, answer) => {
    const { clock, database, brand, errors } = await openRegistry()
    database.answer = answer
    clock.advance(CACHE_SECONDS)
    expect(await Promise.all([brand(), brand()])).toEqual(['Latchkey', 'Latchkey'])
    expect(await brand()).toBe('Latchkey')
    expect(errors).toHaveLength(1)
    expect(database.reads).toBe(2)
    database.answer = undefined
    database.settings = { brand_name: 'Back' }
    clock.advance(CACHE_SECONDS)
    expect(await brand()).toBe('Back')
  })

  test('what this version cannot follow counts as not set, is told once, and holds nothing else back', async () => {
    const { registry, clock, database, brand, errors } = await openRegistry()
    database.settings = {
      brand_name: 'Changed',
      access_token: { algorithm: 'of a later version', seconds: 60 },
    }
    registry.invalidate()
    expect(await brand()).toBe('Changed')
    expect((await registry.current()).settings.accessToken).toMatchObject({ algorithm: 'RS256', seconds: 60 })
    clock.advance(CACHE_SECONDS)
    expect(await brand()).toBe('Changed')
    expect(errors).toHaveLength(1)
    expect(String(errors)).toContain('environment.settings cannot be read in part')
  })

  test('redirection URIs hold for five minutes without the database, and no longer', async () => {
    const { registry, clock, database, brand } = await openRegistry()
    database.answer = () => Promise.reject(new RangeError('ECONNREFUSED'))
    clock.advance(299)
    expect(await registry.redirectUris()).toEqual([])
    clock.advance(1)
    await expect(registry.redirectUris()).rejects.toThrow('ECONNREFUSED')
    expect(await brand()).toBe('Latchkey')
    database.answer = undefined
    clock.advance(CACHE_SECONDS)
    expect(await registry.redirectUris()).toEqual([])
  })
})
