import { Button, Form, Once } from '../../html/form.tsx'
import type { ApiKeyObject } from '../../objects/api-key.ts'
import type { ListObject } from '../../objects/list.ts'
import type { OrganizationObject } from '../../objects/organization.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { AreaField, FormProblem, TextField } from './fields.tsx'
import { Badge, ConfirmByTyping, DataTable, Moment, Pager, Part, ShownOnce } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const OrganizationKeys = (props: {
  readonly workspace: WorkspaceProps
  readonly organization: OrganizationObject
  readonly keys: Pick<ListObject<ApiKeyObject>, 'data' | 'list_metadata'>
  readonly form: FilledForm
  readonly once: string
  readonly created?: string
  /** The one that somebody wants to delete. */
  readonly doomed?: ApiKeyObject
  readonly ending: FilledForm
}) => {
  const { workspace, organization, keys, form, once, created, doomed, ending } = props
  const path = `${dashboardPaths.organizations}/${organization.id}`
  const mayWrite = workspace.may('customer_keys:write')
  return (
    <Workspace
      workspace={workspace}
      section="organizations"
      title="API keys"
      about="Of this customer, for your own API, which asks here whether one holds. Keys of its users are theirs, and end with their membership."
      crumbs={[
        { label: 'Organizations', href: dashboardPaths.organizations },
        { label: organization.name, href: path },
      ]}
      hasErrors={form.hasErrors || ending.hasErrors}
    >
      {created !== undefined && <ShownOnce label="The new API key" value={created} isMadeOnce />}
      <DataTable
        caption="API keys"
        rows={keys.data}
        idOf={({ id }) => id}
        empty={
          <p>
            It has none. With one, a server of this customer calls your API; your API asks{' '}
            <code>POST /api_keys/validations</code> here.
          </p>
        }
        columns={[
          { label: 'Name', of: ({ name }) => <bdi>{name}</bdi> },
          { label: 'Key', of: ({ obfuscated_value }) => <code>{obfuscated_value}</code> },
          {
            label: 'May',
            of: ({ permissions }) => (
              <span class="badges">
                {permissions.map((permission) => (
                  <Badge key={permission}>{permission}</Badge>
                ))}
              </span>
            ),
          },
          {
            label: 'Last used',
            isEnd: true,
            of: ({ last_used_at }) =>
              last_used_at === null ? 'never' : <Moment at={last_used_at} now={workspace.now} />,
          },
          {
            label: 'Expires',
            isEnd: true,
            of: ({ expires_at }) =>
              expires_at === null ? 'never' : <Moment at={expires_at} now={workspace.now} />,
          },
          ...(mayWrite
            ? [
                {
                  label: 'Action',
                  isEnd: true,
                  of: ({ id }: ApiKeyObject) => <a href={`${path}/keys?key=${id}#delete`}>Delete</a>,
                },
              ]
            : []),
        ]}
      />
      <Pager path={`${path}/keys`} cursors={keys.list_metadata} />
      {mayWrite && doomed && (
        <Part id="delete" title={`Delete ${doomed.name}`} isDanger>
          <ConfirmByTyping
            action={`${path}/keys/delete`}
            csrfToken={workspace.csrfToken}
            form={ending}
            hidden={{ thing: doomed.id }}
            word={doomed.name}
            button="Delete the API key"
            consequences={<p>Whatever uses {doomed.obfuscated_value} is refused at once.</p>}
          />
        </Part>
      )}
      {mayWrite && (
        <Part id="create" title="Create an API key" about="It is shown once.">
          <Form action={`${path}/keys`} csrfToken={workspace.csrfToken} class="stack">
            <Once handle={once} />
            <FormProblem form={form} />
            <TextField form={form} name="name" label="Name" />
            <AreaField
              form={form}
              name="permissions"
              label="Permissions"
              hint="What it may do at your API; one on each line."
              isOptional
            />
            <TextField
              form={form}
              name="expires_at"
              label="Expires"
              hint="A day, which it does not see any more, or a time of it, in UTC unless it says otherwise: 2030-01-31, 2030-01-31T12:00."
              isOptional
            />
            <Button id="create-key" weight="primary">
              Create
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}
