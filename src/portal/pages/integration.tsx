import type { ComponentProps } from 'preact'
import { IntegrationCode } from '../../dashboard/pages/application-integration.tsx'
import type { OwnApplication } from '../own-applications.ts'
import { applicationPath, organizationPath } from '../portal-paths.ts'
import { PortalFrame, type PortalFrameProps } from './portal-frame.tsx'

/** Code that uses an application, with its values. */
export const IntegrationPage = ({
  workspace,
  ...props
}: Omit<ComponentProps<typeof IntegrationCode>, 'path' | 'application'> & {
  readonly workspace: PortalFrameProps
  readonly application: OwnApplication
}) => {
  const { name, organization_id: organizationId } = props.application
  const path = applicationPath(props.application)
  return (
    <PortalFrame
      workspace={workspace}
      title="Integrate"
      about="Code that runs as it stands, with the values of this application. Any library of OAuth 2.0 or OpenID Connect will do: it finds the rest by discovery."
      crumbs={[
        { label: 'Applications', href: organizationPath({ organizationId }) },
        { label: <bdi>{name}</bdi>, href: path },
      ]}
    >
      <IntegrationCode {...props} path={path} />
    </PortalFrame>
  )
}
