import { Button, Form } from '../../html/form.tsx'
import type { PermissionObject } from '../../objects/permission.ts'
import type { RoleObject } from '../../objects/role.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { ChoiceField, FormProblem } from './fields.tsx'
import { Copyable, EditForm, Facts, Moment, Part, Version } from './parts.tsx'
import { RoleWords } from './roles.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const RolePage = (props: {
  readonly workspace: WorkspaceProps
  readonly role: RoleObject
  readonly permissions: readonly PermissionObject[]
  /** There are others, which do not fit on the page. */
  readonly isMore: boolean
  readonly words: FilledForm
  readonly held: FilledForm
}) => {
  const { workspace, role, permissions, isMore, words, held } = props
  const { now, csrfToken } = workspace
  const action = `${dashboardPaths.roles}/${role.slug}`
  const mayChange = workspace.may('permissions:write')
  // Also what the role holds beyond those that fit on the page: saving must not take it away unseen.
  const known = new Set(permissions.map(({ slug }) => slug))
  const choices = [
    ...permissions.map(({ slug, name }) => ({ value: slug, label: name, hint: <code>{slug}</code> })),
    ...role.permissions.filter((slug) => !known.has(slug)).map((slug) => ({ value: slug, label: slug })),
  ]
  return (
    <Workspace
      workspace={workspace}
      section="roles"
      title={role.name}
      crumbs={[{ label: 'Roles', href: dashboardPaths.roles }]}
      hasErrors={words.hasErrors || held.hasErrors}
    >
      <Facts
        facts={[
          ['Slug', <Copyable key="slug" value={role.slug} />],
          ['Description', <bdi key="description">{role.description ?? '—'}</bdi>],
          ['Changed', <Moment key="updated" at={role.updated_at} now={now} />],
          [
            'Permissions',
            role.permissions.length === 0
              ? 'None'
              : role.permissions.map((slug) => (
                  <span key={slug}>
                    <a href={`${dashboardPaths.permissions}/${slug}`}>
                      <code>{slug}</code>
                    </a>{' '}
                  </span>
                )),
          ],
        ]}
      />
      {mayChange && (
        <>
          <Part
            id="held"
            title="Permissions"
            about="Tokens issued from now on hold what you save here; those issued before keep theirs until they expire."
          >
            <Form action={`${action}/permissions`} csrfToken={csrfToken} class="stack">
              <FormProblem form={held} />
              <Version form={held} updatedAt={role.updated_at} />
              {choices.length === 0 ? (
                <p>
                  There are no permissions yet: <a href={dashboardPaths.permissions}>create one</a>.
                </p>
              ) : (
                <>
                  <ChoiceField
                    form={held}
                    name="permissions"
                    type="checkbox"
                    label="It holds"
                    choices={choices}
                  />
                  {isMore && (
                    <p id="more-permissions">
                      These are the newest {permissions.length}, and what it holds. The API gives it others (
                      <code>addRolePermission</code>).
                    </p>
                  )}
                  <Button id="save-permissions" weight="primary">
                    Save permissions
                  </Button>
                </>
              )}
            </Form>
          </Part>
          <Part id="words" title="Name and description">
            <EditForm action={action} csrfToken={csrfToken} form={words} updatedAt={role.updated_at}>
              <RoleWords form={words} />
            </EditForm>
          </Part>
        </>
      )}
    </Workspace>
  )
}
