import type { TestApp } from './app.ts'
import type { TestApplication } from './fixtures.ts'
import { type Answer, credentials, post } from './relying-party.ts'

export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

/** RFC 8693 §2.1; undefined leaves a parameter out. */
export const exchange = (
  { issuer }: Pick<TestApp, 'issuer'>,
  application: TestApplication,
  subjectToken: string,
  changes: Readonly<Record<string, string | undefined>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: ACCESS_TOKEN_TYPE,
    ...credentials(application),
    ...changes,
  }
  const sent = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return post(`${issuer}/oauth2/token`, Object.fromEntries(sent), headers)
}
