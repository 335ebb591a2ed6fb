import { encodeTime } from 'ulid'
import { type Columns, type Filling, randomHash } from './copy.ts'

/** How much there is of what. */
export interface Size {
  readonly organizations: number
  readonly users: number
  readonly applications: number
  /** Each with its consent and its refresh token. */
  readonly grants: number
}

/** Of a database that has served a large company for years. */
const FULL: Size = { organizations: 20_000, users: 1_000_000, applications: 100_000, grants: 10_000_000 }

export const sizeOf = (share: number): Size => {
  const of = (count: number): number => Math.max(10, Math.round(count * share))
  return {
    organizations: of(FULL.organizations),
    users: of(FULL.users),
    applications: of(FULL.applications),
    grants: of(FULL.grants),
  }
}

const DAY_MS = 86_400_000
const SCOPES = '{openid,profile,email,offline_access}'

/** All that has come about in the ninety days before `now`, in the order of its IDs, as it would have. */
export const fillings = (size: Size, now: number): Filling[] => {
  const madeAt = (index: number, count: number): number => now - Math.floor((1 - index / count) * 90 * DAY_MS)
  const idOf =
    (prefix: string, count: number) =>
    (index: number): string =>
      `${prefix}_${encodeTime(madeAt(index % count, count), 10)}${String(index % count).padStart(16, '0')}`
  const times = (count: number): Columns => ({
    created_at: (index) => new Date(madeAt(index, count)),
    updated_at: (index) => new Date(madeAt(index, count)),
  })
  const organization = idOf('org', size.organizations)
  const user = idOf('user', size.users)
  const application = idOf('conn_app', size.applications)
  const session = idOf('session', size.users)
  const consent = idOf('app_consent', size.grants)
  const grant = idOf('grant', size.grants)
  const expiry = (index: number) => new Date(now + ((index % 30) + 1) * DAY_MS)
  // No user has one application twice.
  const ofApplication = (index: number): string =>
    application(Math.floor(index / size.users) * 7_919 + (index % size.users))

  return [
    {
      table: 'organization',
      rows: size.organizations,
      columns: {
        id: organization,
        name: (index) => `Organization ${index}`,
        ...times(size.organizations),
      },
    },
    {
      table: 'user',
      rows: size.users,
      columns: {
        id: user,
        email: (index) => `someone-${index}@grown.example`,
        normalized_email: (index) => `someone-${index}@grown.example`,
        email_verified: () => true,
        first_name: (index) => `First${index % 5_000}`,
        last_name: (index) => `Last${index % 50_000}`,
        ...times(size.users),
      },
    },
    {
      table: 'organization_membership',
      rows: size.users,
      columns: {
        id: idOf('om', size.users),
        user_id: user,
        organization_id: organization,
        role_slug: () => 'member',
        status: () => 'active',
        ...times(size.users),
      },
    },
    {
      table: 'application',
      rows: size.applications,
      columns: {
        id: application,
        client_id: idOf('client', size.applications),
        type: () => 'oauth',
        is_first_party: () => false,
        is_public: () => false,
        require_pkce: () => true,
        organization_id: organization,
        name: (index) => `Application ${index}`,
        scopes: () => '{}',
        last_used_at: () => new Date(now - DAY_MS),
        ...times(size.applications),
      },
    },
    {
      table: 'redirect_uri',
      rows: size.applications,
      columns: {
        application_id: application,
        uri: (index) => `https://app-${index}.grown.example/callback`,
        is_default: () => true,
        position: () => 0,
      },
    },
    {
      table: 'client_credential',
      rows: size.applications,
      columns: {
        id: idOf('secret', size.applications),
        application_id: application,
        slot: () => 1,
        secret_hash: randomHash,
        hint: () => 'grown',
        last_used_at: () => new Date(now - DAY_MS),
        ...times(size.applications),
      },
    },
    {
      table: 'session',
      rows: size.users,
      columns: {
        id: session,
        token_hash: randomHash,
        user_id: user,
        authenticated_at: (index) => new Date(madeAt(index, size.users)),
        amr: () => '{pwd}',
        created_at: (index) => new Date(madeAt(index, size.users)),
        expires_at: expiry,
      },
    },
    {
      table: 'consent',
      rows: size.grants,
      columns: {
        id: consent,
        user_id: user,
        application_id: ofApplication,
        scopes: () => SCOPES,
        last_used_at: (index) => new Date(madeAt(index, size.grants)),
        ...times(size.grants),
      },
    },
    {
      table: 'authorization_grant',
      rows: size.grants,
      columns: {
        id: grant,
        consent_id: consent,
        session_id: session,
        scopes: () => SCOPES,
        authenticated_at: (index) => new Date(madeAt(index, size.grants)),
        amr: () => '{pwd}',
        created_at: (index) => new Date(madeAt(index, size.grants)),
        expires_at: expiry,
      },
    },
    {
      table: 'refresh_token',
      rows: size.grants,
      columns: {
        family_hash: randomHash,
        grant_id: grant,
        token_hash: randomHash,
        issued_at: (index) => new Date(madeAt(index, size.grants)),
        expires_at: expiry,
      },
    },
    {
      table: 'revoked_access_token',
      rows: size.users,
      columns: { jti: randomHash, expires_at: () => new Date(now + DAY_MS) },
    },
    {
      table: 'event',
      rows: size.users,
      columns: {
        id: idOf('event', size.users),
        name: () => 'session.created',
        occurred_at: (index) => new Date(madeAt(index, size.users)),
        actor: (index) => `{"type":"user","id":"${user(index)}"}`,
        target_id: session,
        data: () => '{}',
      },
    },
  ]
}
