/** The grant types this server knows, by their registered names. */
export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  // RFC 8628 §3.4, RFC 8693 §2.1
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
] as const

export type GrantType = (typeof grantTypes)[number]
