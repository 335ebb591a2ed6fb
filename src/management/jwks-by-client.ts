import { z } from 'zod'
import type { Client } from '../clients/client.ts'
import type { ClientId } from '../protocol/identifiers.ts'
import type { KeyRing } from '../signing-keys/key-ring.ts'
import { type Operation, readOperation } from './operation.ts'
import { notFound } from './refusal.ts'

export interface JwksByClientDependencies {
  readonly keySetCacheSeconds: number
  readonly environmentClientId: ClientId
  readonly findClient: (clientId: string) => Promise<Client | undefined>
  readonly keyRing: Pick<KeyRing, 'publishedKeySet'>
}

/** RFC 7517 §4, as far as our keys have them. */
const jwkSchema = z.object({
  kty: z.string(),
  use: z.literal('sig'),
  alg: z.string(),
  kid: z.string(),
  n: z.string().optional(),
  e: z.string().optional(),
  crv: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
})

/** The key set of `/oauth2/jwks` where WorkOS's libraries look for it. */
export const jwksByClientOperations = ({
  environmentClientId,
  findClient,
  keyRing,
  keySetCacheSeconds,
}: JwksByClientDependencies): readonly Operation[] => [
  readOperation({
    id: 'getJwksByClientId',
    method: 'GET',
    path: '/sso/jwks/:clientId',
    tag: 'Signing keys',
    summary: 'Get the keys that tokens are verified with.',
    description:
      'The same for the client ID of the environment and that of every application. Keys have no certificates, so there ' +
      'is no x5c and no x5t#S256.',
    permission: 'public',
    cacheSeconds: keySetCacheSeconds,
    answer: z.object({ keys: z.array(jwkSchema) }),
    errors: [404],
    handle: async ({ params: { clientId } }) => {
      if (clientId !== environmentClientId && !(await findClient(clientId)))
        throw notFound('Client', clientId)
      const { body } = await keyRing.publishedKeySet()
      return JSON.parse(body) as { keys: z.infer<typeof jwkSchema>[] }
    },
  }),
]
