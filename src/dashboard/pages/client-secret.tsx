import type { ApplicationObject } from '../../objects/application.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import type { ListedSecret } from './application.tsx'
import { Badge, ConfirmByTyping, Facts, Moment, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

/** Whether anybody would notice, in words. */
export const safetyWords: Readonly<Record<ListedSecret['safe_to_delete']['reason'], string>> = {
  expired: 'It has expired, and authenticates nobody.',
  only_one_in_force: 'It is the only one in force: without it the application cannot authenticate at all.',
  no_other_used_since: 'No other secret was used since: nothing has taken its place yet.',
  used_recently: 'It was used within the last day: some part of what is deployed still holds it.',
  created_recently: 'It was made within the last day, and may be on its way into what is deployed.',
  never_used: 'It was never used.',
  replaced: 'Another secret has taken its place, and it was not used for a day.',
}

export const ClientSecretPage = (props: {
  readonly workspace: WorkspaceProps
  readonly application: ApplicationObject
  readonly secret: ListedSecret
  readonly ending: FilledForm
}) => {
  const { workspace, application, secret, ending } = props
  const { now } = workspace
  const path = `${dashboardPaths.applications}/${application.id}`
  const { safe, reason } = secret.safe_to_delete
  const moment = (at: string | null, otherwise: string) =>
    at === null ? otherwise : <Moment at={at} now={now} />
  return (
    <Workspace
      workspace={workspace}
      section="applications"
      title={secret.name ?? 'Client secret'}
      crumbs={[
        { label: 'Applications', href: dashboardPaths.applications },
        { label: <bdi>{application.name}</bdi>, href: path },
      ]}
      hasErrors={ending.hasErrors}
    >
      <Facts
        facts={[
          ['Ends in', <code key="hint">{secret.secret_hint}</code>],
          ['Last used', moment(secret.last_used_at, 'never')],
          ['Expires', moment(secret.expires_at, 'never')],
          ['Created', <Moment key="created" at={secret.created_at} now={now} />],
          [
            'Can it go?',
            <Badge key="safe" tone={safe ? 'good' : 'danger'}>
              {safe ? 'nobody would notice' : 'still in use'}
            </Badge>,
          ],
        ]}
      />
      {workspace.may('applications:write') && (
        <Part id="delete" title="Delete" isDanger>
          <ConfirmByTyping
            action={`${path}/secrets/${secret.id}`}
            csrfToken={workspace.csrfToken}
            form={ending}
            word={secret.secret_hint}
            button="Delete the secret"
            consequences={
              <p id="safety">
                {safetyWords[reason]} It authenticates nobody from this moment on, on every node within a
                second, and introspection calls what it got inactive.
              </p>
            }
          />
        </Part>
      )}
    </Workspace>
  )
}
