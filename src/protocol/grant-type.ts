/** The grant types this server knows, by their registered names. */
export const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'] as const

export type GrantType = (typeof grantTypes)[number]
