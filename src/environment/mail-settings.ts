import { z } from 'zod'

/** What can be set that needs mail; without a way to send it, none of it is offered. */
export const mailSettings = {
  sign_up: z
    .boolean()
    .nullish()
    .describe(
      'Whether anybody may create an account, with an e-mail address that they prove to be theirs; with a login page of ' +
        'your own, whether that page knows what to do with `prompt=create`.',
    ),
  magic_codes: z
    .boolean()
    .nullish()
    .describe(
      'Whether users may sign in by a code that is sent to their e-mail address, without a password.',
    ),
  require_verified_email: z
    .boolean()
    .nullish()
    .describe(
      'Whether users whose e-mail address is not verified prove that it is theirs before they are signed in.',
    ),
} as const
