import { Button, Form } from '../../html/form.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { OrganizationObject } from '../../objects/organization.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { type FilledForm, freshForm } from '../filled-form.ts'
import { FormProblem, TextField } from './fields.tsx'
import { DataTable, Moment, Pager, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const Organizations = (props: {
  readonly workspace: WorkspaceProps
  readonly organizations: ListObject<OrganizationObject>
  readonly search?: string
  readonly form: FilledForm
}) => {
  const { workspace, organizations, search, form } = props
  return (
    <Workspace
      workspace={workspace}
      section="organizations"
      title="Organizations"
      about="Your customers. Their members act for them, and third-party and machine-to-machine applications belong to them."
      hasErrors={form.hasErrors}
    >
      <form class="filters" action={dashboardPaths.organizations} method="get">
        <TextField form={freshForm({ search })} name="search" label="A part of the name" isOptional />
        <Button id="filter" weight="choice">
          Search
        </Button>
      </form>
      <DataTable
        caption="Organizations"
        rows={organizations.data}
        idOf={({ id }) => id}
        empty={
          search === undefined ? (
            <p>
              Nobody yet. An organization is a customer of yours, with members, domains and applications of
              its own.
            </p>
          ) : (
            <p>No organization is called that.</p>
          )
        }
        columns={[
          {
            label: 'Name',
            of: ({ id, name }) => (
              <a href={`${dashboardPaths.organizations}/${id}`}>
                <bdi>{name}</bdi>
              </a>
            ),
          },
          { label: 'Domains', of: ({ domains }) => domains.map(({ domain }) => domain).join(', ') },
          { label: 'Your ID', of: ({ external_id }) => external_id && <code>{external_id}</code> },
          {
            label: 'Since',
            isEnd: true,
            of: ({ created_at }) => <Moment at={created_at} now={workspace.now} />,
          },
        ]}
      />
      <Pager
        path={dashboardPaths.organizations}
        query={search === undefined ? {} : { search }}
        cursors={organizations.list_metadata}
      />
      {workspace.may('organizations:write') && (
        <Part id="create" title="Create an organization">
          <Form action={dashboardPaths.organizations} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            <OrganizationNames form={form} />
            <Button id="create-organization" weight="primary">
              Create
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}

export const OrganizationNames = ({ form }: { readonly form: FilledForm }) => (
  <>
    <TextField form={form} name="name" label="Name" />
    <TextField
      form={form}
      name="external_id"
      label="Your ID"
      hint="What your own systems call it; the API finds it by that."
      isOptional
    />
  </>
)
