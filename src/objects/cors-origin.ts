import { z } from 'zod'
import type { CorsOriginRecord } from '../storage/stores/cors-origins.ts'
import { createdAndUpdated, instants } from './members.ts'

export const corsOriginSchema = z
  .object({
    object: z.literal('cors_origin'),
    id: z.string(),
    origin: z.string(),
    ...createdAndUpdated,
  })
  .meta({ id: 'CorsOrigin' })

export type CorsOriginObject = z.infer<typeof corsOriginSchema>

export const corsOriginObject = (corsOrigin: CorsOriginRecord): CorsOriginObject => ({
  object: 'cors_origin',
  id: corsOrigin.id,
  origin: corsOrigin.origin,
  ...instants(corsOrigin),
})
