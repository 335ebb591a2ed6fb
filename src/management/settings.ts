import { changeSettings, readSettings } from '../environment/change-settings.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { settingsChangeSchema } from '../environment/settings.ts'
import { settingsObject, settingsSchema } from '../objects/settings.ts'
import type { Settings } from '../protocol/settings.ts'
import type { Stores } from '../storage/index.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { invalidField } from './refusal.ts'

export interface SettingsDependencies {
  readonly stores: Pick<Stores, 'environment'>
  readonly environment: Pick<EnvironmentRegistry, 'invalidate'>
  /** What holds where nothing is set: the configuration of this node. */
  readonly configured: Settings
}

const tag = 'Settings'
const path = '/latchkey/v1/settings'

export const settingsOperations = ({
  stores,
  environment,
  configured,
}: SettingsDependencies): readonly Operation[] => [
  readOperation({
    id: 'getSettings',
    method: 'GET',
    path,
    tag,
    summary: 'Get the settings that hold, and which of them are set here.',
    permission: 'environment:read',
    answer: settingsSchema,
    errors: [],
    handle: async () => {
      const { settings, set } = await readSettings(stores, configured)
      return settingsObject(settings, set)
    },
  }),

  changeOperation({
    id: 'updateSettings',
    method: 'PATCH',
    path,
    tag,
    summary: 'Change settings of the whole environment, on every node at once.',
    description:
      'What is left out stays as it is; null takes a setting back, so that the configuration of each node holds again. ' +
      'Tokens and sessions that exist keep the lifetime they were made with. Access tokens are signed with a new ' +
      'algorithm at once, since there is a published key of each; in the quarter of an hour after an upgrade that ' +
      'made the key, with RS256.',
    permission: 'environment:write',
    body: settingsChangeSchema,
    answer: settingsSchema,
    status: 200,
    errors: [],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const changed = await changeSettings(acting, configured, body)
        if (changed.outcome === 'refused') {
          throw invalidField(
            'refresh_token.idle_seconds',
            changed.code,
            'must not be longer than refresh_token.maximum_seconds.',
          )
        }
        acting.afterCommit(environment.invalidate)
        return settingsObject(changed.settings, changed.set)
      }),
  }),
]
