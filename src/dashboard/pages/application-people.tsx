import type { z } from 'zod'
import { Button, Form } from '../../html/form.tsx'
import type { ApplicationObject } from '../../objects/application.ts'
import type { applicationConsentSchema } from '../../objects/authorized-application.ts'
import type { ListObject } from '../../objects/list.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { ApplicationTabs, applicationFrame, applicationPath } from './application-tabs.tsx'
import { DataTable, Moment, Pager } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

type ApplicationConsent = z.output<typeof applicationConsentSchema>

export const ApplicationPeople = (props: {
  readonly workspace: WorkspaceProps
  readonly application: ApplicationObject
  readonly consents: Pick<ListObject<ApplicationConsent>, 'data' | 'list_metadata'>
}) => {
  const { workspace, application, consents } = props
  const path = applicationPath(application, '/people')
  return (
    <Workspace
      {...applicationFrame(workspace, application)}
      title="People"
      about="Who has allowed it what, for themselves or in the name of an organization. What is taken back ends at once, and they are asked again."
    >
      <ApplicationTabs application={application} current="/people" />
      <DataTable
        caption="People"
        rows={consents.data}
        idOf={({ id }) => id}
        empty={
          <p>
            Nobody has signed in to it yet. Whoever does stands here, with what they allowed and when they
            last used it.
          </p>
        }
        columns={[
          {
            label: 'Who',
            of: ({ user_id, user_email }) => (
              <a href={`${dashboardPaths.users}/${user_id}`}>
                <bdi>{user_email}</bdi>
              </a>
            ),
          },
          {
            label: 'For',
            of: ({ organization_id }) =>
              organization_id === null ? (
                'themselves'
              ) : (
                <a href={`${dashboardPaths.organizations}/${organization_id}`}>
                  <code>{organization_id}</code>
                </a>
              ),
          },
          { label: 'Allowed', of: ({ scopes }) => <code>{scopes.join(' ') || 'nothing'}</code> },
          {
            label: 'Last used',
            isEnd: true,
            of: ({ last_used_at }) =>
              last_used_at === null ? 'never' : <Moment at={last_used_at} now={workspace.now} />,
          },
          {
            label: 'Since',
            isEnd: true,
            of: ({ created_at }) => <Moment at={created_at} now={workspace.now} />,
          },
          ...(workspace.may('users:write')
            ? [
                {
                  label: 'Action',
                  isEnd: true,
                  of: ({ user_id }: ApplicationConsent) => (
                    <Form action={`${path}/revoke`} csrfToken={workspace.csrfToken}>
                      <input type="hidden" name="user_id" value={user_id} />
                      <Button weight="quiet">Take it back</Button>
                    </Form>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Pager path={path} cursors={consents.list_metadata} />
    </Workspace>
  )
}
