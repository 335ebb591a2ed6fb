import { z } from 'zod'

/** Standalone, besides the login page itself. */
export const standaloneSettings = {
  standalone_signed_request: z
    .boolean()
    .nullish()
    .describe(
      'Whether your login page is told what is asked for, in a signed parameter `request` beside `external_auth_id`. Unless ' +
        'set, yes.',
    ),
  standalone_adopt_by_email: z
    .boolean()
    .nullish()
    .describe(
      'Whether somebody your login page knows gets the account here that has their e-mail address but no external ID, if ' +
        'the address is verified on both sides. Unless set, no.',
    ),
} as const
