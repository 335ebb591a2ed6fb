import { z } from 'zod'
import type { RefusedRequestRecord } from '../storage/stores/refused-requests.ts'
import { timestamp } from './members.ts'

export const refusedRequestSchema = z
  .object({
    object: z.literal('refused_request'),
    id: z.string().describe('Another one each time it happens again.'),
    request_id: z.string().describe('Of the last time, as in `X-Request-Id` of the answer and in the log.'),
    endpoint: z.string(),
    status: z.number().int(),
    error: z.string().describe('The code that was answered, or would be where a page was shown.'),
    reason: z.string().nullable().describe('Which check failed.'),
    facts: z
      .record(z.string(), z.array(z.string()))
      .describe('What was sent, registered and found; of what was sent, what can be no token.'),
    times: z.number().int().describe('How often it was refused in this way.'),
    first_refused_at: timestamp,
    last_refused_at: timestamp,
  })
  .meta({ id: 'RefusedRequest' })

export type RefusedRequestObject = z.infer<typeof refusedRequestSchema>

export const refusedRequestObject = (refused: RefusedRequestRecord): RefusedRequestObject => ({
  object: 'refused_request',
  id: refused.id,
  request_id: refused.requestId,
  endpoint: refused.endpoint,
  status: refused.status,
  error: refused.error,
  reason: refused.reason,
  facts: refused.facts,
  times: refused.times,
  first_refused_at: refused.firstRefusedAt.toISOString(),
  last_refused_at: refused.lastRefusedAt.toISOString(),
})
