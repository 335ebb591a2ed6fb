import { eventNames } from './event-name.ts'

/*
 * Events of WorkOS that do not happen here: of directories, feature flags, vaults, other ways to sign in. Whoever comes
 * from there asks for them by habit, together with those that do, and must not be refused for it.
 */
export const foreignEventNames = [
  'action.authentication.denied',
  'action.user_registration.denied',
  'authentication.oauth_failed',
  'authentication.oauth_succeeded',
  'authentication.radar_risk_detected',
  'authentication.sso_started',
  'authentication.sso_timed_out',
  'connection.activated',
  'connection.deactivated',
  'connection.deleted',
  'connection.saml_certificate_renewal_required',
  'connection.saml_certificate_renewed',
  'dsync.activated',
  'dsync.deactivated',
  'dsync.deleted',
  'dsync.group.created',
  'dsync.group.deleted',
  'dsync.group.updated',
  'dsync.group.user_added',
  'dsync.group.user_removed',
  'dsync.user.created',
  'dsync.user.deleted',
  'dsync.user.updated',
  'flag.created',
  'flag.deleted',
  'flag.rule_updated',
  'flag.updated',
  'group.created',
  'group.deleted',
  'group.member_added',
  'group.member_removed',
  'group.updated',
  'invitation.accepted',
  'invitation.created',
  'invitation.resent',
  'invitation.revoked',
  'vault.byok_key.deleted',
  'vault.byok_key.verification_completed',
  'vault.data.created',
  'vault.data.deleted',
  'vault.data.read',
  'vault.data.updated',
  'vault.dek.decrypted',
  'vault.dek.read',
  'vault.kek.created',
  'vault.metadata.read',
  'vault.names.listed',
  'waitlist_user.approved',
  'waitlist_user.created',
  'waitlist_user.denied',
] as const

/** Every name that may be asked for. */
export const askableEventNames = [...eventNames, ...foreignEventNames] as const

export type AskableEventName = (typeof askableEventNames)[number]
