import type { Deviation } from './deviations.ts'

type Behaviour = Omit<Extract<Deviation, object>, 'kind' | 'status'>

const is = (behaviour: Behaviour): Deviation => ({ ...behaviour, kind: 'behaviour' })

/** Where the shape is WorkOS's and the meaning is ours, because WorkOS does not say, or we chose otherwise. */
export const behaviours: readonly Deviation[] = [
  is({
    operations: 'every',
    workos: 'Does not say what becomes of members it does not know.',
    latchkey: 'Refused with 422 and their names, in bodies and queries.',
    reason: 'A typo, or a member that cannot be set, must not be passed over in silence.',
  }),
  is({
    operations: 'every',
    workos: 'Bodies of errors hold `message`, sometimes `code` and `errors`.',
    latchkey: 'Always `code`; 404 has `entity_id`, 422 has `errors` with `field`, `code` and `message`.',
    reason: 'Programs can act on it; the SDK reads all of them.',
  }),
  is({
    operations: ['updateApplication'],
    workos: 'null clears the description; nothing is said of other nulls, which its SDK always sends.',
    latchkey: 'null clears `description`, leaves `scopes` and `redirect_uris` alone; `[]` clears them.',
    reason: 'A rename through the SDK must not take away where users are sent back to.',
  }),
  is({
    operations: ['createApplicationClientSecret'],
    workos: 'Says that five are possible, not what the sixth is answered with.',
    latchkey: '422. An expired secret still counts until it is deleted.',
    reason: 'The one refusal that is documented there.',
  }),
  is({
    operations: ['listApplicationClientSecrets'],
    workos: 'The hint is said to be the last characters; the sample shows the first.',
    latchkey: 'The last six.',
    reason: 'The prefix is the same for all.',
  }),
  is({
    operations: ['createApplication', 'updateApplication'],
    workos: 'Does not say whether redirect URIs of an application may hold wildcards.',
    latchkey: 'None. Those of the environment may, and serve first-party applications.',
    reason: 'RFC 9700 §2.1: whole texts are compared; nobody else’s application should be an exception.',
  }),
  is({
    operations: ['listUserAuthorizedApplications', 'listOrganizationAuthorizedApplications'],
    workos: 'Does not say whether first-party applications are listed; has one `oauth_resource`.',
    latchkey:
      'They are: their tokens stand on the same consents. Of several resources the first in alphabetical order is told.',
    reason: 'A user may have agreed to several; events of consents have them all.',
  }),
  is({
    operations: ['deleteUserAuthorizedApplication'],
    workos: 'Does not say what becomes of tokens.',
    latchkey: 'Refresh tokens and introspection end at once, for every organization.',
    reason: 'That is what whoever withdraws a consent expects.',
  }),
  is({
    operations: ['createUser', 'updateUser'],
    workos: 'Names the kinds of password hashes.',
    latchkey: 'A hash that would take more than about a second or 256 MiB to verify is refused with 400.',
    reason: 'Else every sign-in with it would hold up all others.',
  }),
  is({
    operations: ['updateUser'],
    workos: 'Does not say what a new password ends.',
    latchkey: 'All sessions of the user.',
    reason: 'It may be the answer to a theft.',
  }),
  is({
    operations: ['updateUser', 'updateOrganization'],
    workos: 'null in `metadata` deletes a key of users; of organizations nothing is said.',
    latchkey: 'The same for both; keys that are not named stay, and `metadata: null` changes nothing.',
    reason: 'One rule for both.',
  }),
  is({
    operations: ['listSessions'],
    workos: 'A session is `active`, `expired` or `revoked`.',
    latchkey: 'Live ones only.',
    reason: 'An ended session is deleted; `session.revoked` tells of it.',
  }),
  is({
    operations: ['verifyOrganizationDomain'],
    workos: 'Looks for the DNS record by itself, again and again.',
    latchkey: 'Looks when asked; after 30 days without the record the state is `failed`.',
    reason: 'Nothing here follows from a domain yet, so nobody waits for it.',
  }),
  is({
    operations: ['createOrganizationDomain'],
    workos: 'Two organizations may claim a domain until one has verified it.',
    latchkey: 'The second claim is refused with 409.',
    reason: 'A domain has one owner; the operator decides who.',
  }),
  is({
    operations: ['createOrganizationMembership'],
    workos: 'Does not say what a second membership is answered with.',
    latchkey: '400 `organization_membership_already_exists`; one that is inactive becomes active again.',
    reason: 'The code that public code expects.',
  }),
  is({
    operations: ['createRedirectUri', 'createCorsOrigin'],
    workos: 'http and hosts other than localhost are possible in a sandbox.',
    latchkey: 'http on loopback addresses only.',
    reason: 'There is no sandbox; what is in clear can be read on the way.',
  }),
  is({
    operations: ['updateJwtTemplate'],
    workos: 'Reserves `iss`, `sub`, `exp`, `iat`, `nbf` and `jti`.',
    latchkey:
      'Also every other claim that recipients decide by, such as `aud`, `client_id`, `scope` and `org_id`.',
    reason: 'A template must not be able to give rights.',
  }),
  is({
    operations: ['createWebhookEndpoint', 'updateWebhookEndpoint', 'listEvents'],
    workos: 'Events of products that are not here can be asked for.',
    latchkey: 'The same, and they never happen. A name that nobody has is refused with 422.',
    reason: 'Lists of names can be moved over as they are.',
  }),
  is({
    operations: ['createWebhookEndpoint'],
    workos: 'Redirects are not spoken of; six attempts in three days.',
    latchkey: 'A redirect is a failure; ten attempts in three days, at most one at a time while they fail.',
    reason: 'A redirect could lead into a private network.',
  }),
  is({
    operations: ['listEvents'],
    workos: 'A failed sign-in is an event each time.',
    latchkey:
      'Each time the failures in a row have doubled, with their number; `email` is null for unknown users.',
    reason: 'Strangers can cause it, and type what they like.',
  }),
  is({
    operations: ['listEvents'],
    workos: '`context` has `actor` and `previous_attributes`.',
    latchkey: 'Also `target_id`, `organization_id`, and `before`; an actor has a `type`.',
    reason: 'An audit asks who did what to whom.',
  }),
]
