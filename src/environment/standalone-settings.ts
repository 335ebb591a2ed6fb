import { z } from 'zod'
import { isProtectedWebUri } from '../protocol/web-uri.ts'

/** What is said to a login page (sessions/external-authentication.ts): of two of one name it might read the first. */
const saysNothingOfOurs = (uri: string): boolean => {
  const { searchParams } = new URL(uri)
  return !searchParams.has('external_auth_id') && !searchParams.has('request')
}

/** A login page of the operator's own. */
export const loginUri = z
  .string()
  .max(2048, { error: 'has at most 2048 characters' })
  .refine(isProtectedWebUri, {
    error: 'must be an https URL such as https://example.com/login',
    abort: true,
  })
  .refine(saysNothingOfOurs, {
    error: 'must not hold external_auth_id or request in its query: browsers are sent there with them',
  })

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
