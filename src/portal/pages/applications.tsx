import { kindOf } from '../../dashboard/pages/applications.tsx'
import { ActionLink, DataTable, Moment, Pager } from '../../dashboard/pages/parts.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { DeveloperPortalLimits } from '../../protocol/settings.ts'
import type { ActiveMembership } from '../../storage/stores/memberships.ts'
import type { OwnApplication } from '../own-applications.ts'
import { applicationPath, organizationPath } from '../portal-paths.ts'
import { PortalFrame, type PortalFrameProps } from './portal-frame.tsx'

export const ApplicationsPage = (props: {
  readonly workspace: PortalFrameProps
  readonly organization: ActiveMembership
  readonly applications: ListObject<OwnApplication>
  /** Of all pages. */
  readonly count: number
  readonly limits: DeveloperPortalLimits
}) => {
  const { workspace, organization, applications, count, limits } = props
  const path = organizationPath(organization)
  const isFull = count >= limits.applications
  return (
    <PortalFrame
      workspace={workspace}
      title="Applications"
      about={
        <>
          Of <bdi>{organization.organizationName}</bdi>: {count} of {limits.applications} that there may be.
        </>
      }
      actions={
        limits.types.length > 0 &&
        (isFull ? (
          <p id="full" class="page-about">
            Delete one to make another.
          </p>
        ) : (
          <ActionLink id="new-application" href={`${path}/applications/new`} weight="primary">
            New application
          </ActionLink>
        ))
      }
    >
      <DataTable
        caption="Applications"
        rows={applications.data}
        idOf={({ id }) => id}
        empty={
          <p>
            None yet. An application gets tokens from {workspace.branding.name}
            {limits.types.includes('oauth') && ', for the people who sign in to it and agree'}
            {limits.types.length > 1 && '; or'}
            {limits.types.includes('m2m') && ', as a program of your organization, for itself'}.
          </p>
        }
        columns={[
          {
            label: 'Name',
            of: (application) => (
              <a href={applicationPath(application)}>
                <bdi>{application.name}</bdi>
              </a>
            ),
          },
          { label: 'Kind', of: kindOf },
          { label: 'Client ID', of: ({ client_id }) => <code>{client_id}</code> },
          {
            label: 'Created',
            isEnd: true,
            of: ({ created_at }) => <Moment at={created_at} now={workspace.now} />,
          },
        ]}
      />
      <Pager path={path} cursors={applications.list_metadata} />
    </PortalFrame>
  )
}
