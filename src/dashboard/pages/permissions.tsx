import { Button, Form } from '../../html/form.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { PermissionObject } from '../../objects/permission.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { AreaField, FormProblem, TextField } from './fields.tsx'
import { DataTable, Moment, Pager, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const Permissions = (props: {
  readonly workspace: WorkspaceProps
  readonly permissions: ListObject<PermissionObject>
  readonly form: FilledForm
}) => {
  const { workspace, permissions, form } = props
  return (
    <Workspace
      workspace={workspace}
      section="permissions"
      title="Permissions"
      about="What applications may ask for. Each is an OAuth scope, and its name and description are what people read on the consent page."
      hasErrors={form.hasErrors}
    >
      <DataTable
        caption="Permissions"
        rows={permissions.data}
        idOf={({ id }) => id}
        empty={
          <p>
            Nothing yet. A permission such as <code>invoices:read</code> becomes a scope that applications can
            ask for, and that your API finds in its tokens.
          </p>
        }
        columns={[
          {
            label: 'Scope',
            of: ({ slug }) => (
              <a href={`${dashboardPaths.permissions}/${slug}`}>
                <code>{slug}</code>
              </a>
            ),
          },
          { label: 'Name', of: ({ name }) => <bdi>{name}</bdi> },
          { label: 'Description', of: ({ description }) => <bdi>{description}</bdi> },
          {
            label: 'Changed',
            isEnd: true,
            of: ({ updated_at }) => <Moment at={updated_at} now={workspace.now} />,
          },
        ]}
      />
      <Pager path={dashboardPaths.permissions} cursors={permissions.list_metadata} />
      {workspace.may('permissions:write') && (
        <Part id="create" title="Create a permission">
          <Form action={dashboardPaths.permissions} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            <TextField
              form={form}
              name="slug"
              label="Scope"
              hint="Lower-case letters, digits and _ : . * -. It never changes."
              placeholder="invoices:read"
            />
            <PermissionWords form={form} />
            <Button id="create-permission" weight="primary">
              Create
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}

/** What people read on the consent page. */
export const PermissionWords = ({ form }: { readonly form: FilledForm }) => (
  <>
    <TextField
      form={form}
      name="name"
      label="Name"
      hint="As the title on the consent page: “Read your invoices”."
    />
    <AreaField form={form} name="description" label="Description" hint="A sentence below it." isOptional />
  </>
)
