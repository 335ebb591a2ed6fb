import { z } from 'zod'
import type { ResourceIndicatorRecord } from '../storage/stores/resource-indicators.ts'
import { createdAndUpdated, instants } from './members.ts'

export const resourceIndicatorSchema = z
  .object({
    object: z.literal('authkit_oauth_resource'),
    id: z.string(),
    uri: z.string(),
    default: z.boolean(),
    ...createdAndUpdated,
  })
  .meta({ id: 'AuthkitOAuthResource' })

export type ResourceIndicatorObject = z.infer<typeof resourceIndicatorSchema>

export const resourceIndicatorObject = (resource: ResourceIndicatorRecord): ResourceIndicatorObject => ({
  object: 'authkit_oauth_resource',
  id: resource.id,
  uri: resource.uri,
  default: resource.isDefault,
  ...instants(resource),
})
