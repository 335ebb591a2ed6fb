/**
 * When an address is taken for that of whoever signs in: if the provider says that it has verified it, always (for providers
 * that never say so), or never.
 */
export const emailTrusts = ['when_verified', 'always', 'never'] as const
export type EmailTrust = (typeof emailTrusts)[number]
