import type { ApplicationObject } from '../../objects/application.ts'
import type { ListObject } from '../../objects/list.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { ActionLink, Badge, DataTable, Moment, Pager } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const kindOf = (application: ApplicationObject): string =>
  application.application_type === 'm2m' ? 'Machine to machine' : application.uses_pkce ? 'Public' : 'Web'

/** Whose it is, and so whether people are asked. */
export const Trust = ({ application }: { readonly application: ApplicationObject }) => {
  if (application.application_type === 'm2m') return <Badge>of an organization</Badge>
  if (application.is_first_party) return <Badge tone="good">first-party</Badge>
  return application.was_dynamically_registered ? (
    <Badge tone="caution">registered itself</Badge>
  ) : (
    <Badge>third-party</Badge>
  )
}

export const Applications = (props: {
  readonly workspace: WorkspaceProps
  readonly applications: ListObject<ApplicationObject>
}) => {
  const { workspace, applications } = props
  return (
    <Workspace
      workspace={workspace}
      section="applications"
      title="Applications"
      about="What gets tokens: your own applications, those of your customers and partners, and programs."
      actions={
        workspace.may('applications:write') && (
          <ActionLink id="new-application" href={`${dashboardPaths.applications}/new`} weight="primary">
            New application
          </ActionLink>
        )
      }
    >
      <DataTable
        caption="Applications"
        rows={applications.data}
        idOf={({ id }) => id}
        empty={
          <p>
            None yet. Make one for your forum or help desk (first-party), for a partner's “Sign in with”
            (third-party), or for a customer's program that calls your API (machine to machine).
          </p>
        }
        columns={[
          {
            label: 'Name',
            of: ({ id, name }) => (
              <a href={`${dashboardPaths.applications}/${id}`}>
                <bdi>{name}</bdi>
              </a>
            ),
          },
          { label: 'Kind', of: kindOf },
          { label: 'Trust', of: (application) => <Trust application={application} /> },
          { label: 'Client ID', of: ({ client_id }) => <code>{client_id}</code> },
          {
            label: 'Created',
            isEnd: true,
            of: ({ created_at }) => <Moment at={created_at} now={workspace.now} />,
          },
        ]}
      />
      <Pager path={dashboardPaths.applications} cursors={applications.list_metadata} />
    </Workspace>
  )
}
