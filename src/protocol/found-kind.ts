/** What can be found, by what has a page. */
export const foundKinds = [
  'user',
  'organization',
  'application',
  'credential',
  'permission',
  'role',
  'webhook_endpoint',
  'api_key',
  'signing_key',
  'identity_provider',
  'login_uri',
  'event',
] as const
export type FoundKind = (typeof foundKinds)[number]
