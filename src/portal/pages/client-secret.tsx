import type { FilledForm } from '../../dashboard/filled-form.ts'
import { safetyWords } from '../../dashboard/pages/client-secret.tsx'
import { Badge, ConfirmByTyping, Facts, Moment, Part } from '../../dashboard/pages/parts.tsx'
import type { OwnApplication, OwnSecret } from '../own-applications.ts'
import { applicationPath, organizationPath } from '../portal-paths.ts'
import { PortalFrame, type PortalFrameProps } from './portal-frame.tsx'

export const ClientSecretPage = (props: {
  readonly workspace: PortalFrameProps
  readonly application: OwnApplication
  readonly secret: OwnSecret
  readonly ending: FilledForm
}) => {
  const { workspace, application, secret, ending } = props
  const { now } = workspace
  const path = applicationPath(application)
  const { safe, reason } = secret.safe_to_delete
  const moment = (at: string | null) => (at === null ? 'never' : <Moment at={at} now={now} />)
  return (
    <PortalFrame
      workspace={workspace}
      title={secret.name ?? 'Client secret'}
      crumbs={[
        {
          label: 'Applications',
          href: organizationPath({ organizationId: application.organization_id }),
        },
        { label: <bdi>{application.name}</bdi>, href: path },
      ]}
      hasErrors={ending.hasErrors}
    >
      <Facts
        facts={[
          ['Ends in', <code key="hint">{secret.secret_hint}</code>],
          ['Last used', moment(secret.last_used_at)],
          ['Expires', moment(secret.expires_at)],
          ['Created', <Moment key="created" at={secret.created_at} now={now} />],
          [
            'Can it go?',
            <Badge key="safe" tone={safe ? 'good' : 'danger'}>
              {safe ? 'nobody would notice' : 'still in use'}
            </Badge>,
          ],
        ]}
      />
      <Part id="delete" title="Delete" isDanger>
        <ConfirmByTyping
          action={`${path}/secrets/${secret.id}`}
          csrfToken={workspace.csrfToken}
          form={ending}
          word={secret.secret_hint}
          button="Delete the secret"
          consequences={
            <p id="safety">
              {safetyWords[reason]} It authenticates nobody from this moment on, and what it got is inactive.
            </p>
          }
        />
      </Part>
    </PortalFrame>
  )
}
