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
          <bdi>{organization.organizationName}</bdi> has {count} of at most {limits.applications}.
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
          <>
            <p>None yet.</p>
            {limits.types.includes('oauth') && (
              <p>
                For a site or an app of yours that people sign in to with {workspace.branding.name}, make one
                that is web or public. People are asked what it may do before it may do it.
              </p>
            )}
            {limits.types.includes('m2m') && (
              <p>
                For a program of yours that calls an API with nobody there, make one that is machine to
                machine.
              </p>
            )}
            <p>“Integrate”, on its page, has the code to begin with.</p>
          </>
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
