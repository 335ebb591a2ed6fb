/** Where an answer of ours is not what WorkOS documents, and why. docs/workos-compatibility.md prints this table. */

export interface Deviation {
  /** Operation IDs of ours; `every` one that WorkOS documents with that status. */
  readonly operations: readonly string[] | 'every'
  /**
   * `never`: WorkOS documents the status, we do not answer with it. `differs`: the status or body is another.
   * `behaviour`: the shape is the same, the meaning is not; no answer can show it.
   */
  readonly kind: 'never' | 'differs' | 'behaviour'
  /** Of the answer; none for behaviour. */
  readonly status?: number
  readonly workos: string
  readonly latchkey: string
  readonly reason: string
}

export const deviations: readonly Deviation[] = [
  {
    operations: ['createUser'],
    kind: 'never',
    status: 404,
    workos: 'Does not say what is not found.',
    latchkey: 'A new user refers to nothing, so nothing can be missing.',
    reason: 'There is no case to answer so.',
  },
  {
    operations: ['listPermissions', 'createPermission', 'createRole'],
    kind: 'never',
    status: 404,
    workos: 'Does not say what is not found.',
    latchkey: 'Nothing they refer to can be missing.',
    reason: 'Resource types, which WorkOS looks up here, are one: `organization`.',
  },
  {
    operations: ['deleteOrganizationRole'],
    kind: 'never',
    status: 400,
    workos: 'Does not say when.',
    latchkey: '403, 404 and 409 say what stands against it.',
    reason: 'There is no case to answer so.',
  },
  {
    operations: [
      ...['createPermission', 'createRole', 'updateRole', 'setRolePermissions', 'addRolePermission'],
      ...['createOrganizationRole', 'updateOrganizationRole', 'addOrganizationRolePermission'],
    ],
    kind: 'differs',
    status: 400,
    workos: 'The code is `bad_request`.',
    latchkey: 'The code says what is wrong, such as `invalid_json`.',
    reason: 'The same code as everywhere else; programs can act on it.',
  },
  {
    operations: ['listEvents'],
    kind: 'never',
    status: 400,
    workos: 'Does not say when.',
    latchkey: 'Whatever is wrong with the query is 422, with its name.',
    reason: 'There is no case to answer so.',
  },
  {
    operations: ['getJwksByClientId'],
    kind: 'differs',
    status: 200,
    workos: 'RSA keys only, each with a certificate (`x5c`, `x5t#S256`).',
    latchkey: 'Keys of every algorithm that is switched on, without certificates.',
    reason: 'Verifiers use the key; a self-signed certificate around it would prove nothing and expire.',
  },
  {
    operations: ['createPermission', 'createRole', 'createOrganizationRole'],
    kind: 'behaviour',
    workos: 'Permissions and roles may be about resources of types other than organizations.',
    latchkey: '`resource_type_slug` is `organization`; another one is refused with 422.',
    reason: 'There are no resources but organizations.',
  },
  {
    operations: ['listRoles', 'listOrganizationRoles'],
    kind: 'behaviour',
    workos: 'Roles come in order of priority.',
    latchkey: 'The oldest first; an organization’s own after those of the environment.',
    reason: 'A membership has one role, so there is nothing that a priority would decide.',
  },
  {
    operations: ['createRole'],
    kind: 'behaviour',
    workos: 'Does not say whether a slug may begin with `org-`.',
    latchkey: 'Refused with 422.',
    reason:
      'So begin slugs of organizations’ own roles: a slug says whose role it is, and the two never meet.',
  },
  {
    operations: ['createPermission'],
    kind: 'behaviour',
    workos: 'Any slug of the right characters.',
    latchkey: 'Not `openid`, `profile`, `email`, `address`, `phone` or `offline_access`.',
    reason: 'A slug is an OAuth scope, and these mean something else as one.',
  },
  {
    operations: ['completeExternalSignIn'],
    kind: 'behaviour',
    workos: 'May refuse another e-mail address with `email_change_not_allowed`; does not say when.',
    latchkey: 'The address changes, unless it belongs to another user: `email_not_available`.',
    reason: 'The page that says who signed in is the operator’s, and so are its users.',
  },
  {
    operations: ['createUserApiKey'],
    kind: 'behaviour',
    workos: 'A permission has to be enabled for keys of users.',
    latchkey: 'A key of a user may hold any permission.',
    reason: 'WorkOS’s API has no such switch either, only its dashboard.',
  },
]
