import type { Answers } from './doors.ts'
import type { Way } from './own.ts'
import type { State } from './states.ts'

/*
 * What each combination is answered: what is usual for a way, and by state what differs from that, for all ways or for
 * some by name.
 */

type Differences = Partial<Answers>

const usual: Readonly<Record<Way['subject'], Answers>> = {
  user: {
    'introspection of the access token': 'active',
    'introspection of the refresh token': 'active',
    'introspection by another tenant': 'inactive',
    userinfo: 'answered',
    authorize: 'code',
    'pushed authorization request': 'accepted',
    'device authorization': 'accepted',
    'token by another tenant': 'invalid_grant',
    'revocation by another tenant': '200',
    token: 'tokens',
    revocation: 'done',
  },
  client: {
    'introspection of the access token': 'active',
    'introspection of the refresh token': 'none',
    'introspection by another tenant': 'inactive',
    // OIDC Core §5.3: a client has no claims.
    userinfo: 'insufficient_scope',
    // It has no users to send here.
    authorize: 'shown 400',
    'pushed authorization request': 'unauthorized_client',
    'device authorization': 'unauthorized_client',
    'token by another tenant': 'unauthorized_client',
    'revocation by another tenant': '200',
    token: 'tokens',
    revocation: 'done',
  },
}

/** Nothing that was granted holds any more. */
const ended: Differences = {
  'introspection of the access token': 'inactive',
  'introspection of the refresh token': 'inactive',
  userinfo: 'invalid_token',
  token: 'invalid_grant',
}

const accessEnded: Differences = {
  'introspection of the access token': 'inactive',
  userinfo: 'invalid_token',
}

/** The client cannot show who it is. */
const unproved: Differences = {
  'pushed authorization request': 'invalid_client',
  'device authorization': 'invalid_client',
  token: 'invalid_client',
  revocation: 'invalid_client',
}

const applicationGone: Differences = { ...ended, ...unproved, authorize: 'shown 400' }
const consentGone: Differences = { ...ended, authorize: 'consent_required' }

/** RFC 7662 §2.2, OIDC Core §11: what was granted without offline access ends with the session, and a code always. */
const sessionGone: Readonly<Record<string, Differences>> = {
  every: { authorize: 'login_required' },
  authorization_code: { token: 'invalid_grant' },
  'authorization_code without offline_access': { ...accessEnded, token: 'invalid_grant' },
  device_code: { token: 'invalid_grant' },
  'token-exchange': { ...accessEnded, token: 'invalid_request' },
  implicit: accessEnded,
}

const differences: Readonly<Record<string, Readonly<Record<string, Differences>>>> = {
  'everything: live': {},
  'user: deleted': { every: { ...ended, authorize: 'login_required' } },
  'organization: deleted': { every: consentGone },
  'organization of the application: deleted': { every: applicationGone },
  'membership: inactive': { every: consentGone },
  'membership: deleted': { every: consentGone },
  // A membership made again is another one: what was agreed to in the name of the former does not come back with it.
  'membership: made again': { every: consentGone },
  'application: deleted': { every: applicationGone },
  // It ends what it got; a refresh token is the grant's.
  'credential: deleted': {
    every: { ...unproved, ...accessEnded },
    // Nobody showed it for what came by the browser.
    implicit: { 'introspection of the access token': 'active', userinfo: 'answered' },
  },
  // It ended by itself, at an instant that was known: what it got before lives on.
  'credential: expired': { every: unproved },
  "credential: of another tenant's application": { every: unproved },
  'consent: withdrawn': { every: consentGone },
  'session: revoked': sessionGone,
  'session: expired': sessionGone,
  "session: another user's, in the same browser": {
    ...sessionGone,
    every: { authorize: 'consent_required' },
  },
  'grant: revoked by its client': {
    every: { ...ended },
    // The code is of a grant that has yet to begin.
    authorization_code: { token: 'tokens' },
    device_code: { token: 'tokens' },
  },
  'grant: expired': {
    every: { ...ended },
    authorization_code: { token: 'tokens' },
    'authorization_code without offline_access': { token: 'tokens' },
    device_code: { token: 'tokens' },
  },
  'access token: revoked by its client': { every: accessEnded },
  'proof: used before': {
    // RFC 6749 §4.1.2: the code's own grant is revoked, which is another one than that of the tokens shown here.
    authorization_code: { token: 'invalid_grant' },
    'authorization_code without offline_access': { token: 'invalid_grant' },
    device_code: { token: 'invalid_grant' },
    // RFC 9700 §4.14.2: the token just replaced gets the same successor for a short while, and is not in force itself.
    refresh_token: { 'introspection of the refresh token': 'inactive' },
  },
  'client: has got another token': {},
}

export const expectedAnswers = (
  { name, subject, isOffline, isFirstParty = false, isImplicit = false }: Way,
  { thing, state }: Pick<State, 'thing' | 'state'>,
): Answers => {
  const differing = differences[`${thing}: ${state}`]
  if (!differing) throw new Error(`Nobody has said what is expected of ${thing}: ${state}.`)
  const expected = { ...usual[subject], ...differing['every'], ...differing[name] }
  return {
    ...expected,
    // The operator has consented for everybody.
    ...(isFirstParty && expected.authorize === 'consent_required' && { authorize: 'code' }),
    ...(name === 'token-exchange' && {
      // It is for applications of the operator alone.
      'token by another tenant': 'unauthorized_client',
      // RFC 8693 §2.2.2: a subject token that does not hold.
      ...(expected.token === 'invalid_grant' && { token: 'invalid_request' }),
    }),
    ...(isImplicit && {
      ...(expected.authorize === 'code' && { authorize: 'access_token' }),
      // RFC 6749 §4.2: there is nothing to show there, whoever asks.
      'token by another tenant': 'unsupported_grant_type',
      ...(expected.token !== 'invalid_client' && { token: 'unsupported_grant_type' }),
    }),
    // RFC 6749 §4.4.3: a client on its own behalf has nothing but its credential.
    ...(subject === 'client' && {
      authorize: 'shown 400',
      ...(expected.token === 'invalid_grant' && { token: 'invalid_client' }),
    }),
    ...(!isOffline && { 'introspection of the refresh token': 'none' }),
  }
}
