import type { Acting } from '../events/record.ts'
import { settingsObject } from '../objects/settings.ts'
import type { Settings } from '../protocol/settings.ts'
import type { Stores } from '../storage/index.ts'
import {
  effectiveSettings,
  mergedSettings,
  namesOfSet,
  parseStoredSettings,
  type SettingsChange,
  type StoredSettings,
} from './settings.ts'

export interface SettingsWithNames {
  readonly settings: Settings
  /** Which of them are set, and not the configuration of the node. */
  readonly set: readonly string[]
}

export type ChangedSettings =
  | ({ readonly outcome: 'changed' } & SettingsWithNames)
  | { readonly outcome: 'refused'; readonly code: 'idle_longer_than_maximum' }

/** The settings as they stand. */
export const readSettings = async (
  stores: Pick<Stores, 'environment'>,
  configured: Settings,
): Promise<SettingsWithNames> =>
  withNames(parseStoredSettings(await stores.environment.settings()).stored, configured)

const withNames = (stored: StoredSettings, configured: Settings): SettingsWithNames => ({
  settings: effectiveSettings(stored, configured),
  set: namesOfSet(stored),
})

/** @param configured what holds where nothing is set. */
export const changeSettings = async (
  { stores, record }: Pick<Acting<Pick<Stores, 'environment'>>, 'stores' | 'record'>,
  configured: Settings,
  change: SettingsChange,
): Promise<ChangedSettings> => {
  // Two changes of different settings at once: the second begins with what the first has made.
  await stores.environment.changeAlone()
  const { stored, whole } = parseStoredSettings(await stores.environment.settings())
  // Beside what only a later version can follow, which stays.
  const next = mergedSettings(whole, change)
  const before = withNames(stored, configured)
  const after = withNames(parseStoredSettings(next).stored, configured)
  const { refreshToken } = after.settings
  if (refreshToken.idleSeconds > refreshToken.maximumSeconds) {
    return { outcome: 'refused', code: 'idle_longer_than_maximum' }
  }
  if (JSON.stringify(next) === JSON.stringify(whole)) return { outcome: 'changed', ...after }
  await stores.environment.saveSettings(next)
  await record({
    name: 'settings.updated',
    targetId: null,
    data: settingsObject(after.settings, after.set),
    before: settingsObject(before.settings, before.set),
  })
  return { outcome: 'changed', ...after }
}
