import { RefusalList } from '../../dashboard/pages/application-refusals.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { RefusedRequestObject } from '../../objects/refused-request.ts'
import type { OwnApplication } from '../own-applications.ts'
import { applicationPath, organizationPath } from '../portal-paths.ts'
import { PortalFrame, type PortalFrameProps } from './portal-frame.tsx'

export const RefusalsPage = (props: {
  readonly workspace: PortalFrameProps
  readonly application: OwnApplication
  readonly refusals: ListObject<RefusedRequestObject>
}) => {
  const { workspace, application, refusals } = props
  const path = applicationPath(application)
  return (
    <PortalFrame
      workspace={workspace}
      title="Refused requests"
      about="What was refused in the name of this application within seven days, and why. What is refused in the same way is one entry."
      crumbs={[
        {
          label: 'Applications',
          href: organizationPath({ organizationId: application.organization_id }),
        },
        { label: <bdi>{application.name}</bdi>, href: path },
      ]}
    >
      <RefusalList path={path} refusals={refusals} now={workspace.now} />
    </PortalFrame>
  )
}
