import type { Acting } from '../events/record.ts'
import { settingsObject } from '../objects/settings.ts'
import type { Settings } from '../protocol/settings.ts'
import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import type { Stores } from '../storage/index.ts'
import {
  effectiveSettings,
  mergedSettings,
  namesOfSet,
  parseStoredSettings,
  type SettingsChange,
  type StoredSettings,
  withFormerAlgorithm,
} from './settings.ts'

export interface SettingsChanging {
  /** What holds where nothing is set. */
  readonly configured: Settings
  /**
   * In the same transaction, sees to a key of an algorithm that access tokens are to be signed with.
   *
   * @returns which of the candidates signs until that key is active; null if it is.
   */
  readonly introduceAlgorithm: (
    algorithm: SigningAlgorithm,
    candidates: readonly SigningAlgorithm[],
  ) => Promise<SigningAlgorithm | null>
}

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

export const changeSettings = async (
  { stores, record }: Pick<Acting<Pick<Stores, 'environment'>>, 'stores' | 'record'>,
  { configured, introduceAlgorithm }: SettingsChanging,
  change: SettingsChange,
): Promise<ChangedSettings> => {
  // Two changes of different settings at once: the second begins with what the first has made.
  await stores.environment.changeAlone()
  const { stored, whole } = parseStoredSettings(await stores.environment.settings())
  // Beside what only a later version can follow, which stays.
  let next = mergedSettings(whole, change)
  const before = withNames(stored, configured)
  const after = withNames(parseStoredSettings(next).stored, configured)
  const { refreshToken, accessToken } = after.settings
  if (refreshToken.idleSeconds > refreshToken.maximumSeconds) {
    return { outcome: 'refused', code: 'idle_longer_than_maximum' }
  }
  const former = before.settings.accessToken.algorithm
  if (accessToken.algorithm !== former) {
    const candidates = [former, stored.access_token?.former_algorithm, 'RS256' as const]
    const signing = await introduceAlgorithm(
      accessToken.algorithm,
      candidates.filter((algorithm) => algorithm !== null && algorithm !== undefined),
    )
    next = withFormerAlgorithm(next, signing)
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
