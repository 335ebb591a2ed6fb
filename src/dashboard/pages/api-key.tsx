import type { ManagementApiKeyObject } from '../../objects/management-api-key.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { Badge, ConfirmByTyping, Copyable, Facts, Moment, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const ApiKeyPage = (props: {
  readonly workspace: WorkspaceProps
  readonly apiKey: ManagementApiKeyObject
  readonly ending: FilledForm
}) => {
  const { workspace, apiKey, ending } = props
  const { now } = workspace
  const lastUsed = apiKey.last_used_at === null ? 'never' : <Moment at={apiKey.last_used_at} now={now} />
  return (
    <Workspace
      workspace={workspace}
      section="apiKeys"
      title={apiKey.name}
      crumbs={[{ label: 'API keys', href: dashboardPaths.apiKeys }]}
      hasErrors={ending.hasErrors}
    >
      <Facts
        facts={[
          ['Key', <code key="key">{apiKey.obfuscated_value}</code>],
          ['ID', <Copyable key="id" value={apiKey.id} />],
          ['Created', <Moment key="created" at={apiKey.created_at} now={now} />],
          ['Last used', lastUsed],
          [
            'May',
            <span class="badges" key="may">
              {apiKey.permissions.map((permission) => (
                <Badge key={permission}>{permission}</Badge>
              ))}
            </span>,
          ],
        ]}
      />
      {workspace.may('api_keys:write') && (
        <Part id="revoke" title="Revoke" isDanger>
          <ConfirmByTyping
            action={`${dashboardPaths.apiKeys}/${apiKey.id}`}
            csrfToken={workspace.csrfToken}
            form={ending}
            word={apiKey.name}
            button="Revoke the key"
            consequences={
              <p>
                It opens nothing from this moment on, on every node. It was last used: {lastUsed}. Whatever
                still calls with it is refused with 401.
              </p>
            }
          />
        </Part>
      )}
    </Workspace>
  )
}
