import type { FilledForm } from '../../dashboard/filled-form.ts'
import { kindOf } from '../../dashboard/pages/applications.tsx'
import { FormProblem, TextField } from '../../dashboard/pages/fields.tsx'
import {
  ActionLink,
  ConfirmByTyping,
  Copyable,
  DataTable,
  EditForm,
  Facts,
  Moment,
  Part,
  ShownOnce,
} from '../../dashboard/pages/parts.tsx'
import { Button, Form, Once } from '../../html/form.tsx'
import { paths } from '../../protocol/paths.ts'
import { isStandardScope } from '../../protocol/scope.ts'
import type { DeveloperPortalLimits } from '../../protocol/settings.ts'
import type { PermissionRecord } from '../../storage/stores/permissions.ts'
import type { OwnApplication, OwnSecret } from '../own-applications.ts'
import { applicationPath, organizationPath } from '../portal-paths.ts'
import { ApplicationFields } from './application-fields.tsx'
import { PortalFrame, type PortalFrameProps } from './portal-frame.tsx'

export interface ApplicationForms {
  readonly settings: FilledForm
  readonly secret: FilledForm
  readonly ending: FilledForm
}

interface ApplicationPageProps {
  readonly workspace: PortalFrameProps
  readonly issuer: string
  readonly limits: DeveloperPortalLimits
  /** Whether it can be seen what was refused. */
  readonly tellsWhy: boolean
  readonly application: OwnApplication
  readonly secrets: readonly OwnSecret[]
  readonly permissions: readonly PermissionRecord[]
  readonly forms: ApplicationForms
  /** The secret that was made just now. */
  readonly created?: string
  readonly once: string
}

export const ApplicationPage = (props: ApplicationPageProps) => {
  const { workspace, issuer, limits, application, permissions, created } = props
  const { settings, secret, ending } = props.forms
  const { now, csrfToken } = workspace
  const path = applicationPath(application)
  const hasRedirectUris = 'redirect_uris' in application
  const isPublic = hasRedirectUris && application.uses_pkce
  return (
    <PortalFrame
      workspace={workspace}
      title={application.name}
      crumbs={[
        {
          label: 'Applications',
          href: organizationPath({ organizationId: application.organization_id }),
        },
      ]}
      actions={
        <>
          <ActionLink id="integrate" href={`${path}/integrate`}>
            Integrate
          </ActionLink>
          {props.tellsWhy && (
            <ActionLink id="refusals" href={`${path}/refusals`}>
              Refused requests
            </ActionLink>
          )}
        </>
      }
      hasErrors={settings.hasErrors || secret.hasErrors || ending.hasErrors}
    >
      {created !== undefined && <ShownOnce label="The new client secret" value={created} isMadeOnce />}
      <Facts
        facts={[
          ['Client ID', <Copyable key="client-id" id="client-id" value={application.client_id} />],
          ['ID', <Copyable key="id" value={application.id} />],
          ['Discovery', <Copyable key="discovery" value={issuer + paths.openidConfiguration} />],
          ['Kind', kindOf(application)],
          ['Created', <Moment key="created" at={application.created_at} now={now} />],
          ['Changed', <Moment key="updated" at={application.updated_at} now={now} />],
        ]}
      />
      {isPublic ? null : <Secrets {...props} />}
      <Part id="settings" title="Settings">
        <EditForm action={path} csrfToken={csrfToken} form={settings} updatedAt={application.updated_at}>
          <TextField form={settings} name="name" label="Name" />
          <ApplicationFields
            form={settings}
            limits={limits}
            permissions={permissions}
            operator={workspace.branding.name}
            standardScopes={application.scopes.filter(isStandardScope)}
            hasRedirectUris={hasRedirectUris}
          />
        </EditForm>
      </Part>
      <Part id="delete" title="Delete" isDanger>
        <ConfirmByTyping
          action={`${path}/delete`}
          csrfToken={csrfToken}
          form={ending}
          word={application.name}
          button="Delete the application"
          consequences={
            <p>
              Its secrets go with it
              {hasRedirectUris && ', and all that people allowed it: nobody can sign in to it any more'}. Its
              tokens are inactive at once.
            </p>
          }
        />
      </Part>
    </PortalFrame>
  )
}

const Secrets = ({ workspace, application, secrets, forms, once }: ApplicationPageProps) => (
  <Part
    id="secrets"
    title="Client secrets"
    about="Five at most, so that one can take the place of another without a pause. Each is shown once, and never expires by itself."
  >
    <DataTable
      caption="Client secrets"
      rows={secrets}
      idOf={({ id }) => id}
      empty={<p>It has none yet, and so cannot get tokens. Create one, and give it to the program.</p>}
      columns={[
        {
          label: 'Secret',
          of: ({ id, secret_hint }) => (
            <a href={`${applicationPath(application)}/secrets/${id}`}>
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
    <Form action={`${applicationPath(application)}/secrets`} csrfToken={workspace.csrfToken} class="filters">
      <FormProblem form={forms.secret} />
      <Once handle={once} />
      <TextField form={forms.secret} name="secret_name" label="Name of a new secret" isOptional />
      <Button id="create-secret" weight="choice">
        Create a secret
      </Button>
    </Form>
  </Part>
)
