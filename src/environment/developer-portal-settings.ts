import { z } from 'zod'
import { portalApplicationTypes } from '../protocol/settings.ts'
import { isPermissionSlug } from '../protocol/slug.ts'

const MAXIMUM_APPLICATIONS = 1000

/** Of which more could hardly be ticked one by one. */
const MAXIMUM_SCOPES = 100

const count = `must be a whole number from 1 to ${MAXIMUM_APPLICATIONS}`

/** What customers may do with applications of their own. */
export const developerPortalLimits = {
  applications: z
    .int({ error: count })
    .min(1, { error: count })
    .max(MAXIMUM_APPLICATIONS, { error: count })
    .nullish()
    .describe('Of an organization, those that you made for it included. Unless set, 10.'),
  types: z
    .array(z.enum(portalApplicationTypes, { error: `must be one of ${portalApplicationTypes.join(', ')}` }))
    .max(portalApplicationTypes.length)
    .nullish()
    .describe('Which may be made: `oauth` is a third-party application. Unless set, both.'),
  scopes: z
    .array(z.string().refine(isPermissionSlug, { error: 'must be the slug of a permission' }))
    .max(MAXIMUM_SCOPES)
    .nullish()
    .describe('Permissions that may be given to them. Unless set, none: only the standard scopes.'),
  loopback_redirect_uris: z
    .boolean()
    .nullish()
    .describe(
      'RFC 8252 §7.3: whether users may be sent back to a program at their own machine by http. Unless set, no.',
    ),
} as const

export const developerPortalSettings = {
  developer_portal: z
    .boolean()
    .nullish()
    .describe(
      'Whether admins of an organization look after the third-party and machine-to-machine applications of their own at ' +
        '`/developers`.',
    ),
  developer_portal_limits: z
    .strictObject(developerPortalLimits)
    .nullish()
    .describe('Within which they do. What is beyond and there already stays.'),
} as const
