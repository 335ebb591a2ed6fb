import type { z } from 'zod'
import { Button, Form, Once } from '../../html/form.tsx'
import type { listedSecretSchema } from '../../management/client-secrets.ts'
import type { ApplicationObject } from '../../objects/application.ts'
import { paths } from '../../protocol/paths.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { ApplicationTabs } from './application-tabs.tsx'
import { kindOf, Trust } from './applications.tsx'
import { FormProblem, TextField } from './fields.tsx'
import { ApplicationAccess } from './new-application.tsx'
import { ConfirmByTyping, Copyable, DataTable, EditForm, Facts, Moment, Part, ShownOnce } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export type ListedSecret = z.output<typeof listedSecretSchema>

interface ApplicationPageProps {
  readonly workspace: WorkspaceProps
  readonly issuer: string
  readonly application: ApplicationObject
  readonly secrets: readonly ListedSecret[]
  readonly form: FilledForm
  readonly secretForm: FilledForm
  readonly ending: FilledForm
  readonly created?: string
  readonly once: string
}

const pathOf = ({ id }: ApplicationObject): string => `${dashboardPaths.applications}/${id}`

export const ApplicationPage = (props: ApplicationPageProps) => {
  const { workspace, issuer, application, form, ending, secretForm, created } = props
  const { now, csrfToken } = workspace
  const hasRedirectUris = 'redirect_uris' in application
  return (
    <Workspace
      workspace={workspace}
      section="applications"
      title={application.name}
      crumbs={[{ label: 'Applications', href: dashboardPaths.applications }]}
      hasErrors={form.hasErrors || ending.hasErrors || secretForm.hasErrors}
    >
      <ApplicationTabs application={application} current="" />
      {created !== undefined && <ShownOnce label="The new client secret" value={created} isMadeOnce />}
      <Facts
        facts={[
          ['Client ID', <Copyable key="client-id" value={application.client_id} />],
          ['ID', <Copyable key="id" value={application.id} />],
          ['Discovery', <Copyable key="discovery" value={issuer + paths.openidConfiguration} />],
          ['Kind', kindOf(application)],
          ['Trust', <Trust key="trust" application={application} />],
          ...('organization_id' in application
            ? [
                [
                  'Organization',
                  <a
                    key="organization"
                    href={`${dashboardPaths.organizations}/${application.organization_id}`}
                  >
                    <code>{application.organization_id}</code>
                  </a>,
                ] as const,
              ]
            : []),
          [
            'Events',
            <a key="events" href={`${dashboardPaths.events}?target_id=${application.id}`}>
              What was done to it
            </a>,
          ],
          ['Created', <Moment key="created" at={application.created_at} now={now} />],
          ['Changed', <Moment key="updated" at={application.updated_at} now={now} />],
        ]}
      />
      {!(hasRedirectUris && application.uses_pkce) && <Secrets {...props} />}
      {workspace.may('applications:write') && (
        <>
          <Part id="settings" title="Settings">
            <EditForm
              action={pathOf(application)}
              csrfToken={csrfToken}
              form={form}
              updatedAt={application.updated_at}
            >
              <TextField form={form} name="name" label="Name" />
              <ApplicationAccess form={form} hasRedirectUris={hasRedirectUris} />
            </EditForm>
          </Part>
          <Part id="delete" title="Delete" isDanger>
            <ConfirmByTyping
              action={`${pathOf(application)}/delete`}
              csrfToken={csrfToken}
              form={ending}
              word={application.name}
              button="Delete the application"
              consequences={
                <p>
                  Its secrets go with it, and all that people allowed it. Nobody can sign in to it any more;
                  its tokens are inactive at once.
                </p>
              }
            />
          </Part>
        </>
      )}
    </Workspace>
  )
}

const Secrets = ({ workspace, application, secrets, secretForm, once }: ApplicationPageProps) => (
  <Part
    id="secrets"
    title="Client secrets"
    about="Five at most, so that one can take the place of another without a pause. Each is shown once, and never expires by itself."
  >
    <DataTable
      caption="Client secrets"
      rows={secrets}
      idOf={({ id }) => id}
      empty={<p>It has none, and can authenticate by no secret.</p>}
      columns={[
        {
          label: 'Secret',
          of: ({ id, secret_hint }) => (
            <a href={`${pathOf(application)}/secrets/${id}`}>
              <code>…{secret_hint}</code>
            </a>
          ),
        },
        { label: 'Name', of: ({ name }) => <bdi>{name ?? '—'}</bdi> },
        {
          label: 'Last used',
          isEnd: true,
          of: ({ last_used_at }) =>
            last_used_at === null ? 'never' : <Moment at={last_used_at} now={workspace.now} />,
        },
        {
          label: 'Created',
          isEnd: true,
          of: ({ created_at }) => <Moment at={created_at} now={workspace.now} />,
        },
      ]}
    />
    {workspace.may('applications:write') && (
      <Form action={`${pathOf(application)}/secrets`} csrfToken={workspace.csrfToken} class="filters">
        <FormProblem form={secretForm} />
        <Once handle={once} />
        <TextField form={secretForm} name="secret_name" label="Name of a new secret" isOptional />
        <Button id="create-secret" weight="choice">
          Create a secret
        </Button>
      </Form>
    )}
  </Part>
)
