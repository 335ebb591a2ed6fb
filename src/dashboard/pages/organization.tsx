import { Button, Form } from '../../html/form.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { OrganizationObject } from '../../objects/organization.ts'
import type { OrganizationMembershipObject } from '../../objects/organization-membership.ts'
import type { RoleObject } from '../../objects/role.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { FormProblem, SelectField, TextField } from './fields.tsx'
import { OrganizationNames } from './organizations.tsx'
import {
  ActionLink,
  Badge,
  ConfirmByTyping,
  Copyable,
  DataTable,
  EditForm,
  Facts,
  Moment,
  Pager,
  Part,
} from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export interface OrganizationForms {
  readonly names: FilledForm
  readonly domain: FilledForm
  readonly member: FilledForm
  /** Of one who is a member. */
  readonly membership: FilledForm
  readonly ending: FilledForm
}

interface OrganizationPageProps {
  readonly workspace: WorkspaceProps
  readonly organization: OrganizationObject
  readonly roles: readonly RoleObject[]
  /** Absent for whoever may not see users. */
  readonly members?: ListObject<OrganizationMembershipObject>
  readonly forms: OrganizationForms
}

const pathOf = ({ id }: OrganizationObject): string => `${dashboardPaths.organizations}/${id}`

export const OrganizationPage = (props: OrganizationPageProps) => {
  const { workspace, organization, members, forms } = props
  const { now, csrfToken } = workspace
  const mayChange = workspace.may('organizations:write')
  return (
    <Workspace
      workspace={workspace}
      section="organizations"
      title={organization.name}
      crumbs={[{ label: 'Organizations', href: dashboardPaths.organizations }]}
      hasErrors={Object.values(forms).some(({ hasErrors }) => hasErrors)}
    >
      <Facts
        facts={[
          ['ID', <Copyable key="id" value={organization.id} />],
          ['Your ID', organization.external_id ?? '—'],
          [
            'More',
            <span key="more">
              <a id="to-keys" href={`${pathOf(organization)}/keys`}>
                API keys
              </a>{' '}
              <a href={`${dashboardPaths.events}?organization_id=${organization.id}`}>Events</a>
            </span>,
          ],
          ['Created', <Moment key="created" at={organization.created_at} now={now} />],
          ['Changed', <Moment key="updated" at={organization.updated_at} now={now} />],
        ]}
      />
      {members && <Members {...props} members={members} />}
      <Domains {...props} />
      {mayChange && (
        <>
          <Part id="names" title="Name and ID">
            <EditForm
              action={pathOf(organization)}
              csrfToken={csrfToken}
              form={forms.names}
              updatedAt={organization.updated_at}
            >
              <OrganizationNames form={forms.names} />
            </EditForm>
          </Part>
          <Part id="delete" title="Delete" isDanger>
            <ConfirmByTyping
              action={`${pathOf(organization)}/delete`}
              csrfToken={csrfToken}
              form={forms.ending}
              word={organization.name}
              button="Delete the organization"
              consequences={
                <p>
                  Its applications, domains, memberships, roles, API keys and identity providers go with it,
                  and whatever was agreed to in its name. Tokens of all these are inactive at once. Its users
                  stay.
                </p>
              }
            />
          </Part>
        </>
      )}
    </Workspace>
  )
}

const Members = ({
  workspace,
  organization,
  roles,
  members,
  forms: { member, membership },
}: OrganizationPageProps & { readonly members: ListObject<OrganizationMembershipObject> }) => {
  const { csrfToken } = workspace
  const path = pathOf(organization)
  const mayChange = workspace.may('users:write')
  return (
    <Part id="members" title="Members" about="Who acts for it, and as what.">
      <FormProblem form={membership} />
      <DataTable
        caption="Members"
        rows={members.data}
        idOf={({ id }) => id}
        empty={<p>Nobody belongs to it yet.</p>}
        columns={[
          {
            label: 'Who',
            of: ({ user, user_id }) => (
              <a href={`${dashboardPaths.users}/${user_id}`}>
                <bdi>{user.email}</bdi>
              </a>
            ),
          },
          { label: 'Role', of: ({ role }) => <code>{role.slug}</code> },
          {
            label: 'State',
            of: ({ status }) => <Badge tone={status === 'active' ? 'good' : 'quiet'}>{status}</Badge>,
          },
          ...(mayChange
            ? [
                {
                  label: 'Change',
                  of: (one: OrganizationMembershipObject) => (
                    <MemberForm path={path} form={membership} {...{ one, roles, csrfToken }} />
                  ),
                },
              ]
            : []),
        ]}
      />
      <Pager path={path} cursors={members.list_metadata} />
      {mayChange && (
        <Form action={`${path}/members`} csrfToken={csrfToken} class="filters">
          <FormProblem form={member} />
          <TextField form={member} name="email" kind="email" label="E-mail address of a user" />
          <SelectField
            form={member}
            name="role_slug"
            label="Role"
            choices={roles.map(({ slug, name }) => ({ value: slug, label: name }))}
          />
          <Button id="add-member" weight="choice">
            Add
          </Button>
        </Form>
      )}
    </Part>
  )
}

const MemberForm = (props: {
  readonly path: string
  readonly csrfToken: string
  readonly one: OrganizationMembershipObject
  readonly roles: readonly RoleObject[]
  /** As it was sent, for whichever member. */
  readonly form: FilledForm
}) => {
  const { path, one, roles, form } = props
  const { email } = one.user
  const chosen = form.value('membership_id') === one.id ? form.value('role_slug') : one.role.slug
  return (
    <Form action={`${path}/member-role`} csrfToken={props.csrfToken} class="row-form">
      <input type="hidden" name="membership_id" value={one.id} />
      <input type="hidden" name="updated_at" value={one.updated_at} />
      <select name="role_slug" aria-label={`Role of ${email}`}>
        {roles.map(({ slug, name }) => (
          <option key={slug} value={slug} selected={slug === chosen}>
            {name}
          </option>
        ))}
      </select>
      <Button weight="quiet" label={`Save the role of ${email}`}>
        Save
      </Button>
      <ActionLink
        id={`remove-${one.id}`}
        href={`${path}/members/${one.id}`}
        weight="quiet"
        label={`Remove ${email}`}
      >
        Remove
      </ActionLink>
    </Form>
  )
}

const Domains = ({ workspace, organization, forms: { domain } }: OrganizationPageProps) => {
  const { csrfToken } = workspace
  const path = pathOf(organization)
  const mayChange = workspace.may('organizations:write')
  return (
    <Part
      id="domains"
      title="Domains"
      about="Proved by a TXT record. Of a verified domain, addresses can be demanded to sign in at the organization's own identity provider."
    >
      <DataTable
        caption="Domains"
        rows={organization.domains}
        idOf={({ id }) => id}
        empty={<p>None.</p>}
        columns={[
          { label: 'Domain', of: ({ domain: name }) => <bdi>{name}</bdi> },
          {
            label: 'State',
            of: ({ state }) => <Badge tone={state === 'verified' ? 'good' : 'caution'}>{state}</Badge>,
          },
          {
            label: 'TXT record',
            of: ({ state, verification_prefix, verification_token }) =>
              state === 'verified' ? (
                '—'
              ) : (
                <Copyable value={`${verification_prefix}=${verification_token}`} />
              ),
          },
          ...(mayChange
            ? [
                {
                  label: 'Do',
                  of: ({ id, state, domain: name }: OrganizationObject['domains'][number]) => (
                    <Form action={`${path}/domains/decide`} csrfToken={csrfToken}>
                      <input type="hidden" name="domain_id" value={id} />
                      {state !== 'verified' && (
                        <Button name="decision" value="verify" weight="quiet" label={`Verify ${name}`}>
                          Verify
                        </Button>
                      )}
                      <Button name="decision" value="remove" weight="quiet" label={`Remove ${name}`}>
                        Remove
                      </Button>
                    </Form>
                  ),
                },
              ]
            : []),
        ]}
      />
      {mayChange && (
        <Form action={`${path}/domains`} csrfToken={csrfToken} class="filters">
          <FormProblem form={domain} />
          <TextField form={domain} name="domain" kind="url" label="Domain" placeholder="example.com" />
          <Button id="add-domain" weight="choice">
            Add
          </Button>
        </Form>
      )}
    </Part>
  )
}
