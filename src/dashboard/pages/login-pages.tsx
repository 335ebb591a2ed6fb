import { Button, Form } from '../../html/form.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { LoginUriObject } from '../../objects/login-uri.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { FormProblem, TextField } from './fields.tsx'
import { ConfirmByTyping, DataTable, EditForm, Facts, Moment, Pager, Part } from './parts.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

const PATH = `${dashboardPaths.settings}/login-pages`

const Whose = ({ loginUri }: { readonly loginUri: LoginUriObject }) => {
  const { application_id, organization_id } = loginUri
  return application_id === null ? (
    organization_id === null ? (
      <>everybody</>
    ) : (
      <a href={`${dashboardPaths.organizations}/${organization_id}`}>
        <code>{organization_id}</code>
      </a>
    )
  ) : (
    <a href={`${dashboardPaths.applications}/${application_id}`}>
      <code>{application_id}</code>
    </a>
  )
}

const Where = ({ uri }: { readonly uri: string | null }) =>
  uri === null ? <>here, at the pages of this server</> : <code>{uri}</code>

const URI_HINT = 'Empty: the pages of this server, in the place of the login page that others have.'

export const LoginPages = (props: {
  readonly workspace: WorkspaceProps
  readonly loginUris: Pick<ListObject<LoginUriObject>, 'data' | 'list_metadata'>
  readonly form: FilledForm
}) => {
  const { workspace, loginUris, form } = props
  return (
    <Workspace
      workspace={workspace}
      section="settings"
      title="Login pages"
      about="Standalone: where people sign in for one application, or one organization, in the place of where everybody does. That of the application goes first."
      hasErrors={form.hasErrors}
    >
      <SettingsTabs current="login-pages" />
      <DataTable
        caption="Login pages"
        rows={loginUris.data}
        idOf={({ id }) => id}
        empty={
          <p>
            There are none. With one, the people of an application or an organization sign in at a page of
            your own, which tells this server who they are.
          </p>
        }
        columns={[
          {
            label: 'Name',
            of: ({ id, name }) => (
              <a href={`${PATH}/${id}`}>
                <bdi>{name}</bdi>
              </a>
            ),
          },
          { label: 'For', of: (loginUri) => <Whose loginUri={loginUri} /> },
          { label: 'Where', of: ({ uri }) => <Where uri={uri} /> },
        ]}
      />
      <Pager path={PATH} cursors={loginUris.list_metadata} />
      {workspace.may('environment:write') && (
        <Part id="new" title="Add a login page">
          <Form action={PATH} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            <TextField form={form} name="name" label="Name" hint="For operators." />
            <TextField form={form} name="uri" kind="url" label="Address" hint={URI_HINT} isOptional />
            <TextField
              form={form}
              name="application_id"
              label="ID of the application"
              hint="This, or the organization."
              isOptional
            />
            <TextField form={form} name="organization_id" label="ID of the organization" isOptional />
            <Button id="create-login-page" weight="primary">
              Add
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}

export const LoginPage = (props: {
  readonly workspace: WorkspaceProps
  readonly loginUri: LoginUriObject
  readonly form: FilledForm
  readonly ending: FilledForm
}) => {
  const { workspace, loginUri, form, ending } = props
  const path = `${PATH}/${loginUri.id}`
  return (
    <Workspace
      workspace={workspace}
      section="settings"
      title={loginUri.name}
      crumbs={[{ label: 'Login pages', href: PATH }]}
      hasErrors={form.hasErrors || ending.hasErrors}
    >
      <Facts
        facts={[
          ['For', <Whose key="for" loginUri={loginUri} />],
          ['Where', <Where key="where" uri={loginUri.uri} />],
          ['Created', <Moment key="created" at={loginUri.created_at} now={workspace.now} />],
          ['Changed', <Moment key="changed" at={loginUri.updated_at} now={workspace.now} />],
        ]}
      />
      {workspace.may('environment:write') && (
        <>
          <Part id="settings" title="Settings">
            <EditForm
              action={path}
              csrfToken={workspace.csrfToken}
              form={form}
              updatedAt={loginUri.updated_at}
            >
              <TextField form={form} name="name" label="Name" />
              <TextField form={form} name="uri" kind="url" label="Address" hint={URI_HINT} isOptional />
            </EditForm>
          </Part>
          <Part id="delete" title="Delete" isDanger>
            <ConfirmByTyping
              action={`${path}/delete`}
              csrfToken={workspace.csrfToken}
              form={ending}
              word={loginUri.name}
              button="Delete the login page"
              consequences={<p>Its people sign in where everybody does. Those who are signed in stay so.</p>}
            />
          </Part>
        </>
      )}
    </Workspace>
  )
}
