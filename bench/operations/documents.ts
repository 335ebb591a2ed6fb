import { getRequest } from '../http-connection.ts'
import type { Target } from '../servers/target.ts'
import { everyServer, type Operation, repeated } from './operation.ts'

const document = (
  name: string,
  title: string,
  path: (paths: Target['paths']) => string,
  part: string,
): Operation => ({
  ...{ name, title, share: 0.5, signedIn: false, servers: everyServer, algorithms: ['RS256'] },
  prepare: async ({ target, connection }) =>
    repeated(connection, getRequest(target.port, path(target.paths)), part),
})

/** What anybody may read. */
export const documents: readonly Operation[] = [
  document('jwks', 'JWKS', ({ jwks }) => jwks, '"keys":['),
  document('discovery', 'discovery', ({ discovery }) => discovery, '"issuer":"'),
]
