import { authorization } from './authorization.ts'
import { clientCredentials } from './client-credentials.ts'
import { documents } from './documents.ts'
import type { Operation } from './operation.ts'
import { tokens } from './tokens.ts'

export const operations: readonly Operation[] = [
  ...clientCredentials,
  ...tokens,
  ...authorization,
  ...documents,
]
