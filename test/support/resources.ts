import { decodeJwt } from 'jose'
import { registerResource } from '../../src/environment/resource-indicators.ts'
import { actingAs } from '../../src/events/record.ts'
import { systemRandom } from '../../src/system/random.ts'
import type { TestApp } from './app.ts'
import { type Answer, textOf } from './relying-party.ts'

/** Registers resources; the first may be the default. */
export const registerResources = async (
  { transaction, clock }: Pick<TestApp, 'transaction' | 'clock'>,
  uris: readonly string[],
  { isDefault = false } = {},
): Promise<void> => {
  for (const [index, uri] of uris.entries()) {
    const registered = await transaction((stores) =>
      registerResource(actingAs({ type: 'operator' }, { stores, now: clock.now(), random: systemRandom }), {
        uri,
        isDefault: isDefault && index === 0,
      }),
    )
    if (registered.outcome !== 'registered') throw new Error(JSON.stringify(registered))
  }
  // Nodes are told by the database, a moment later; here they look for themselves.
  clock.advance(6)
}

/** The claims of the access token of an answer. */
export const accessTokenClaimsOf = (answer: Answer): Record<string, unknown> =>
  decodeJwt(textOf(answer, 'access_token')) as Record<string, unknown>
