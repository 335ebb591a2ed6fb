import type { ComponentChildren } from 'preact'
import { Button, Form } from '../../html/form.tsx'
import type { AuthenticationFactorObject } from '../../objects/authentication-factor.ts'
import type { AuthorizedApplicationObject } from '../../objects/authorized-application.ts'
import type { OrganizationMembershipObject } from '../../objects/organization-membership.ts'
import type { PasskeyObject } from '../../objects/passkey.ts'
import type { SessionObject } from '../../objects/session.ts'
import type { UserObject } from '../../objects/user.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { FormProblem, PasswordField } from './fields.tsx'
import {
  ActionLink,
  Badge,
  ConfirmByTyping,
  Copyable,
  DataTable,
  EditForm,
  Facts,
  Moment,
  Part,
} from './parts.tsx'
import { BeyondReach } from './removal.tsx'
import { NameFields, nameOf, ProfileFields } from './users.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export interface UserForms {
  readonly profile: FilledForm
  readonly password: FilledForm
  readonly access: FilledForm
  readonly ending: FilledForm
}

interface UserPageProps {
  readonly workspace: WorkspaceProps
  readonly user: UserObject
  /** Unless they are an operator who may do more than whoever looks. */
  readonly isWithinReach: boolean
  readonly memberships: readonly OrganizationMembershipObject[]
  readonly sessions: readonly SessionObject[]
  readonly factors: readonly AuthenticationFactorObject[]
  readonly passkeys: readonly PasskeyObject[]
  readonly applications: readonly AuthorizedApplicationObject[]
  readonly forms: UserForms
}

const pathOf = ({ id }: UserObject): string => `${dashboardPaths.users}/${id}`

export const UserPage = (props: UserPageProps) => {
  const { workspace, user, isWithinReach, forms } = props
  const { now, csrfToken } = workspace
  const name = nameOf(user)
  return (
    <Workspace
      workspace={workspace}
      section="users"
      title={name === '' ? user.email : name}
      crumbs={[{ label: 'Users', href: dashboardPaths.users }]}
      hasErrors={Object.values(forms).some(({ hasErrors }) => hasErrors)}
    >
      <Facts
        facts={[
          ['E-mail', <bdi key="email">{user.email}</bdi>],
          [
            'Address',
            <Badge key="verified" tone={user.email_verified ? 'good' : 'caution'}>
              {user.email_verified ? 'verified' : 'not verified'}
            </Badge>,
          ],
          ['ID', <Copyable key="id" value={user.id} />],
          ['Your ID', user.external_id ?? '—'],
          [
            'Events',
            <span key="events">
              <a href={`${dashboardPaths.events}?actor_id=${user.id}`}>What they did</a>{' '}
              <a href={`${dashboardPaths.events}?target_id=${user.id}`}>What was done to them</a>
            </span>,
          ],
          ['Created', <Moment key="created" at={user.created_at} now={now} />],
          [
            'Last sign-in',
            user.last_sign_in_at === null ? (
              'never'
            ) : (
              <Moment key="last" at={user.last_sign_in_at} now={now} />
            ),
          ],
        ]}
      />
      <FormProblem form={forms.access} />
      <Memberships {...props} />
      <Sessions {...props} />
      <Applications {...props} />
      <Factors {...props} />
      {workspace.may('users:write') && (
        <>
          {!isWithinReach && <BeyondReach />}
          <Part id="profile" title="Profile">
            <EditForm
              action={pathOf(user)}
              csrfToken={csrfToken}
              form={forms.profile}
              updatedAt={user.updated_at}
            >
              {isWithinReach ? (
                <ProfileFields form={forms.profile} isCorrection />
              ) : (
                <NameFields form={forms.profile} />
              )}
            </EditForm>
          </Part>
        </>
      )}
      {workspace.may('users:write') && isWithinReach && (
        <>
          <Part
            id="new-password"
            title="New password"
            about="In the place of the present one, if there is one; it ends all of their sessions."
          >
            <Form action={`${pathOf(user)}/password`} csrfToken={csrfToken} class="stack">
              <FormProblem form={forms.password} />
              <PasswordField form={forms.password} name="password" label="Password" />
              <Button id="set-password" weight="choice">
                Set the password
              </Button>
            </Form>
          </Part>
          <Part id="delete" title="Delete" isDanger>
            <ConfirmByTyping
              action={`${pathOf(user)}/delete`}
              csrfToken={csrfToken}
              form={forms.ending}
              word={user.email}
              button="Delete the user"
              consequences={
                <p>
                  Sessions, memberships, connected accounts, API keys and all that applications were allowed
                  go with them; tokens are inactive at once.
                </p>
              }
            />
          </Part>
        </>
      )}
    </Workspace>
  )
}

/** What ends one of the things of a user, for whoever may. */
const endColumn = <Row,>(
  { workspace, user }: UserPageProps,
  kind: 'session' | 'application',
  word: string,
  idOf: (row: Row) => string,
  nameOfRow: (row: Row) => string,
) =>
  workspace.may('users:write')
    ? [
        {
          label: word,
          of: (row: Row): ComponentChildren => (
            <Form action={`${pathOf(user)}/end`} csrfToken={workspace.csrfToken}>
              <input type="hidden" name="kind" value={kind} />
              <Button name="thing" value={idOf(row)} weight="quiet" label={`${word} ${nameOfRow(row)}`}>
                {word}
              </Button>
            </Form>
          ),
        },
      ]
    : []

/** The way to where it is removed, for whoever may. */
const removeColumn = <Row extends { readonly id: string }>(
  { workspace, user, isWithinReach }: UserPageProps,
  below: 'passkeys' | 'factors',
  nameOfRow: (row: Row) => string,
) =>
  workspace.may('users:write') && isWithinReach
    ? [
        {
          label: 'Remove',
          of: (row: Row): ComponentChildren => (
            <ActionLink
              href={`${pathOf(user)}/${below}/${row.id}`}
              weight="quiet"
              label={`Remove ${nameOfRow(row)}`}
            >
              Remove
            </ActionLink>
          ),
        },
      ]
    : []

const Memberships = ({ memberships }: UserPageProps) => (
  <Part id="memberships" title="Organizations">
    <DataTable
      caption="Memberships"
      rows={memberships}
      idOf={({ id }) => id}
      empty={<p>They belong to none. Members are added on the page of an organization.</p>}
      columns={[
        {
          label: 'Organization',
          of: ({ organization_id, organization_name }) => (
            <a href={`${dashboardPaths.organizations}/${organization_id}`}>
              <bdi>{organization_name}</bdi>
            </a>
          ),
        },
        { label: 'Role', of: ({ role }) => <code>{role.slug}</code> },
        {
          label: 'State',
          of: ({ status }) => <Badge tone={status === 'active' ? 'good' : 'quiet'}>{status}</Badge>,
        },
      ]}
    />
  </Part>
)

const Sessions = (props: UserPageProps) => (
  <Part id="sessions" title="Sessions" about="Browsers they are signed in with.">
    <DataTable
      caption="Sessions"
      rows={props.sessions}
      idOf={({ id }) => id}
      empty={<p>They are signed in nowhere.</p>}
      columns={[
        { label: 'Browser', of: ({ user_agent }) => <bdi>{user_agent ?? 'unknown'}</bdi> },
        { label: 'Address', of: ({ ip_address }) => ip_address ?? '—' },
        { label: 'How', of: ({ auth_method }) => auth_method },
        {
          label: 'Since',
          isEnd: true,
          of: ({ created_at }) => <Moment at={created_at} now={props.workspace.now} />,
        },
        ...endColumn<SessionObject>(
          props,
          'session',
          'End',
          ({ id }) => id,
          ({ id }) => id,
        ),
      ]}
    />
  </Part>
)

const Applications = (props: UserPageProps) => (
  <Part id="applications" title="Applications" about="What they agreed to.">
    <DataTable
      caption="Authorized applications"
      rows={props.applications}
      idOf={({ id }) => id}
      empty={<p>No application acts in their name.</p>}
      columns={[
        { label: 'Application', of: ({ application }) => <bdi>{application.name}</bdi> },
        { label: 'May', of: ({ granted_scopes }) => <code>{granted_scopes.join(' ')}</code> },
        ...endColumn<AuthorizedApplicationObject>(
          props,
          'application',
          'Revoke',
          ({ application }) => application.id,
          ({ application }) => application.name,
        ),
      ]}
    />
  </Part>
)

const Factors = (props: UserPageProps) => (
  <Part id="factors" title="Passkeys and second factors">
    <DataTable
      caption="Passkeys"
      rows={props.passkeys}
      idOf={({ id }) => id}
      empty={<p>No passkeys.</p>}
      columns={[
        { label: 'Passkey', of: ({ name }) => <bdi>{name}</bdi> },
        {
          label: 'Last used',
          isEnd: true,
          of: ({ last_used_at }) =>
            last_used_at === null ? 'never' : <Moment at={last_used_at} now={props.workspace.now} />,
        },
        ...removeColumn<PasskeyObject>(props, 'passkeys', ({ name }) => name),
      ]}
    />
    {props.factors.length > 0 && (
      <DataTable
        caption="Authenticator apps"
        rows={props.factors}
        idOf={({ id }) => id}
        empty={null}
        columns={[
          { label: 'Authenticator app', of: ({ totp }) => <bdi>{totp.user}</bdi> },
          {
            label: 'Since',
            isEnd: true,
            of: ({ created_at }) => <Moment at={created_at} now={props.workspace.now} />,
          },
          ...removeColumn<AuthenticationFactorObject>(props, 'factors', () => 'the authenticator app'),
        ]}
      />
    )}
  </Part>
)
