import { afterAll, expect, test } from 'vitest'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { createRecognize } from '../../src/upstream/recognize.ts'
import { openTestRoom } from '../events/test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

test('Nobody gets an account from a provider that has just been deleted: it would have no way in', async () => {
  const now = room.clock.now()
  const provider = {
    ...{ id: newIdentifier('identityProvider', now, systemRandom), organizationId: null, name: 'Contoso' },
    ...{ issuer: 'https://login.contoso.example', clientId: 'latchkey', clientSecretSealed: '' },
    ...{ scopes: ['openid'], isEnabled: true, createsUsers: true, isRequired: false },
    ...{ trustsEmail: 'when_verified' as const, trustsAmr: false, createdAt: now, updatedAt: now },
  }
  const recognize = createRecognize({ transaction: room.transaction, random: systemRandom })
  const claims = { sub: 'ada', email: 'ada@example.com', email_verified: true }
  const said = { ...claims, iss: provider.issuer, aud: 'latchkey', iat: 0, exp: 1 }
  expect(await recognize(provider, said, now)).toEqual({ outcome: 'unknown_user' })
  expect(await room.stores.users.byNormalizedEmail(claims.email)).toBeUndefined()
})
