import { Button, Form, Once } from '../../html/form.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { ManagementApiKeyObject } from '../../objects/management-api-key.ts'
import { EVERYTHING } from '../../protocol/management-permission.ts'
import { paths } from '../../protocol/paths.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { ChoiceField, FormProblem, TextField } from './fields.tsx'
import { Badge, DataTable, Moment, Pager, Part, ShownOnce } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

const labelOf = (permission: string): string => (permission === EVERYTHING ? 'Everything' : permission)

export const ApiKeys = (props: {
  readonly workspace: WorkspaceProps
  readonly keys: ListObject<ManagementApiKeyObject>
  readonly form: FilledForm
  readonly created?: string
  readonly once: string
  readonly grantable: readonly string[]
}) => {
  const { workspace, keys, form, created, once, grantable } = props
  return (
    <Workspace
      workspace={workspace}
      section="apiKeys"
      title="API keys"
      about={
        <>
          What your servers call the management API with; <a href={paths.apiReference}>its reference</a> says
          what it can do.
        </>
      }
      hasErrors={form.hasErrors}
    >
      {created !== undefined && <ShownOnce label="The new API key" value={created} isMadeOnce />}
      <DataTable
        caption="API keys"
        rows={keys.data}
        idOf={({ id }) => id}
        empty={<p>No API key opens the management API.</p>}
        columns={[
          {
            label: 'Name',
            of: ({ id, name }) => (
              <a href={`${dashboardPaths.apiKeys}/${id}`}>
                <bdi>{name}</bdi>
              </a>
            ),
          },
          { label: 'Key', of: ({ obfuscated_value }) => <code>{obfuscated_value}</code> },
          {
            label: 'May',
            of: ({ permissions }) => (
              <span class="badges">
                {permissions.map((permission) => (
                  <Badge key={permission}>{labelOf(permission)}</Badge>
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
        ]}
      />
      <Pager path={dashboardPaths.apiKeys} cursors={keys.list_metadata} />
      {workspace.may('api_keys:write') && (
        <Part id="create" title="Create an API key" about="It is shown once, and never expires by itself.">
          <Form action={dashboardPaths.apiKeys} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            <Once handle={once} />
            <TextField
              form={form}
              name="name"
              label="Name"
              hint="Where it is used, so that you know it again."
            />
            <ChoiceField
              form={form}
              name="permissions"
              type="checkbox"
              label="What it may do"
              hint="Write includes read. You can give what you may do yourself."
              choices={grantable.map((permission) => ({ value: permission, label: labelOf(permission) }))}
            />
            <Button id="create-api-key" weight="primary">
              Create
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}
