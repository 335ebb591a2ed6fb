import type { PermissionObject } from '../../objects/permission.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { ConfirmByTyping, Copyable, EditForm, Facts, Moment, Part } from './parts.tsx'
import { PermissionWords } from './permissions.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const PermissionPage = (props: {
  readonly workspace: WorkspaceProps
  readonly permission: PermissionObject
  readonly form: FilledForm
  readonly ending: FilledForm
}) => {
  const { workspace, permission, form, ending } = props
  const { now, csrfToken } = workspace
  const action = `${dashboardPaths.permissions}/${permission.slug}`
  return (
    <Workspace
      workspace={workspace}
      section="permissions"
      title={permission.name}
      crumbs={[{ label: 'Permissions', href: dashboardPaths.permissions }]}
      hasErrors={form.hasErrors || ending.hasErrors}
    >
      <Facts
        facts={[
          ['Scope', <Copyable key="slug" value={permission.slug} />],
          ['ID', <Copyable key="id" value={permission.id} />],
          ['Created', <Moment key="created" at={permission.created_at} now={now} />],
          ['Changed', <Moment key="updated" at={permission.updated_at} now={now} />],
        ]}
      />
      {workspace.may('permissions:write') && (
        <>
          <Part id="words" title="Words on the consent page">
            <EditForm action={action} csrfToken={csrfToken} form={form} updatedAt={permission.updated_at}>
              <PermissionWords form={form} />
            </EditForm>
          </Part>
          <Part id="delete" title="Delete" isDanger>
            <ConfirmByTyping
              action={`${action}/delete`}
              csrfToken={csrfToken}
              form={ending}
              word={permission.slug}
              button="Delete the permission"
              consequences={
                <p>
                  No application can ask for it any more, and roles and applications that hold it lose it.
                  Tokens that were issued keep it until they expire.
                </p>
              }
            />
          </Part>
        </>
      )}
    </Workspace>
  )
}
