import type { Client } from '../clients/client.ts'
import type { GrantId } from '../protocol/identifiers.ts'

/** Ends a grant with all its tokens, and writes down why, both or neither. */
export type RevokeGrant = (
  grantId: GrantId,
  reason: 'code_replayed' | 'refresh_token_reused',
  client: Client,
  now: Date,
) => Promise<void>
