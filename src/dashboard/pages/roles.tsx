import { Button, Form } from '../../html/form.tsx'
import type { RoleObject } from '../../objects/role.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { AreaField, FormProblem, TextField } from './fields.tsx'
import { DataTable, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const Roles = (props: {
  readonly workspace: WorkspaceProps
  readonly roles: readonly RoleObject[]
  readonly form: FilledForm
}) => {
  const { workspace, roles, form } = props
  return (
    <Workspace
      workspace={workspace}
      section="roles"
      title="Roles"
      about="What a member of an organization may do: a role holds permissions, which tokens carry. These are there in every organization; one can have roles of its own besides."
      hasErrors={form.hasErrors}
    >
      <DataTable
        caption="Roles"
        rows={roles}
        idOf={({ id }) => id}
        empty={
          <p>
            Nothing yet. A role such as <code>billing</code> gives its members permissions.
          </p>
        }
        columns={[
          {
            label: 'Role',
            of: ({ slug, name }) => (
              <a href={`${dashboardPaths.roles}/${slug}`}>
                <bdi>{name}</bdi>
              </a>
            ),
          },
          { label: 'Slug', of: ({ slug }) => <code>{slug}</code> },
          { label: 'Description', of: ({ description }) => <bdi>{description}</bdi> },
          { label: 'Permissions', isEnd: true, of: ({ permissions }) => permissions.length },
        ]}
      />
      {workspace.may('permissions:write') && (
        <Part id="create" title="Create a role">
          <Form action={dashboardPaths.roles} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            <TextField
              form={form}
              name="slug"
              label="Slug"
              hint="Lower-case letters, digits, - and _. It never changes, and is what tokens hold."
              placeholder="billing"
            />
            <RoleWords form={form} />
            <Button id="create-role" weight="primary">
              Create
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}

export const RoleWords = ({ form }: { readonly form: FilledForm }) => (
  <>
    <TextField form={form} name="name" label="Name" />
    <AreaField form={form} name="description" label="Description" isOptional />
  </>
)
