import { DataTable } from '../../dashboard/pages/parts.tsx'
import { organizationPath } from '../portal-paths.ts'
import { PortalFrame, type PortalFrameProps } from './portal-frame.tsx'

/** Where somebody is an admin of several. */
export const OrganizationsPage = ({ workspace }: { readonly workspace: PortalFrameProps }) => (
  <PortalFrame
    workspace={workspace}
    title="Your organizations"
    about="You are an admin of each of these. Applications belong to one of them."
  >
    <DataTable
      caption="Your organizations"
      rows={workspace.administered}
      idOf={({ organizationId }) => organizationId}
      empty={null}
      columns={[
        {
          label: 'Name',
          of: (organization) => (
            <a href={organizationPath(organization)}>
              <bdi>{organization.organizationName}</bdi>
            </a>
          ),
        },
        { label: 'ID', of: ({ organizationId }) => <code>{organizationId}</code> },
      ]}
    />
  </PortalFrame>
)
