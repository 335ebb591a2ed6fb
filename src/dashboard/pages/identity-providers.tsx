import { Button, Form } from '../../html/form.tsx'
import type { IdentityProviderObject } from '../../objects/identity-provider.ts'
import type { ListObject } from '../../objects/list.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { AreaField, CheckField, FormProblem, PasswordField, SelectField, TextField } from './fields.tsx'
import {
  Badge,
  ConfirmByTyping,
  Copyable,
  DataTable,
  EditForm,
  Facts,
  Moment,
  Pager,
  Part,
} from './parts.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

const PATH = `${dashboardPaths.settings}/identity-providers`

const Whose = ({ id }: { readonly id: string | null }) =>
  id === null ? (
    <>everybody</>
  ) : (
    <a href={`${dashboardPaths.organizations}/${id}`}>
      <code>{id}</code>
    </a>
  )

const Callback = ({ callback }: { readonly callback: string }) => (
  <p>
    Register this redirect URI there: <Copyable value={callback} />
  </p>
)

export const IdentityProviders = (props: {
  readonly workspace: WorkspaceProps
  readonly callback: string
  readonly providers: Pick<ListObject<IdentityProviderObject>, 'data' | 'list_metadata'>
  readonly form: FilledForm
}) => {
  const { workspace, callback, providers, form } = props
  return (
    <Workspace
      workspace={workspace}
      section="settings"
      title="Identity providers"
      about="OpenID providers at which people may sign in: “Continue with …” for everybody, or for those with an address of a verified domain of one organization."
      hasErrors={form.hasErrors}
    >
      <SettingsTabs current="identity-providers" />
      <DataTable
        caption="Identity providers"
        rows={providers.data}
        idOf={({ id }) => id}
        empty={
          <p>
            There are none. With one, people sign in with an account that they have elsewhere, and need no
            password here.
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
          { label: 'For', of: ({ organization_id }) => <Whose id={organization_id} /> },
          { label: 'Issuer', of: ({ issuer }) => <code>{issuer}</code> },
          {
            label: 'State',
            isEnd: true,
            of: ({ enabled }) => (enabled ? <Badge tone="good">on</Badge> : <Badge>off</Badge>),
          },
        ]}
      />
      <Pager path={PATH} cursors={providers.list_metadata} />
      {workspace.may('environment:write') && (
        <Part id="new" title="Add an identity provider" about={<Callback callback={callback} />}>
          <Form action={PATH} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            <TextField
              form={form}
              name="issuer"
              kind="url"
              label="Issuer"
              hint="Such as https://accounts.example.com"
            />
            <ProviderFields form={form} isNew />
            <TextField
              form={form}
              name="organization_id"
              label="ID of the organization"
              hint="Empty: for everybody."
              isOptional
            />
            <Button id="create-provider" weight="primary">
              Add
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}

const ProviderFields = ({ form, isNew = false }: { readonly form: FilledForm; readonly isNew?: boolean }) => (
  <>
    <TextField form={form} name="name" label="Name" hint="On the button: “Continue with …”." />
    <TextField form={form} name="client_id" label="Client ID" hint="What it calls this server." />
    <PasswordField
      form={form}
      name="client_secret"
      label="Client secret"
      hint={isNew ? 'Kept encrypted, and never shown.' : 'Empty: it stays as it is.'}
      isOptional={!isNew}
    />
    <AreaField
      form={form}
      name="scopes"
      label="Scopes"
      hint="One on each line; openid among them."
      rows={3}
    />
    <SelectField
      form={form}
      name="trust_email"
      label="Whether an address is theirs who sign in there"
      choices={[
        { value: 'when_verified', label: 'If the provider says that it is verified' },
        { value: 'always', label: 'Always: it lets nobody choose their address' },
        { value: 'never', label: 'Never' },
      ]}
    />
    <CheckField form={form} name="enabled" label="It is offered" />
    <CheckField
      form={form}
      name="create_users"
      label="Whoever has no account gets one"
      hint="Otherwise only those who have one sign in there."
    />
    <CheckField
      form={form}
      name="required"
      label="People of its organization sign in there and nowhere else"
      hint="Those with an address of a verified domain of the organization."
    />
    <CheckField
      form={form}
      name="trust_amr"
      label="Its word on second factors is believed"
      hint="Then a second factor there is one here."
    />
  </>
)

export const IdentityProviderPage = (props: {
  readonly workspace: WorkspaceProps
  readonly provider: IdentityProviderObject
  readonly callback: string
  readonly form: FilledForm
  readonly ending: FilledForm
}) => {
  const { workspace, provider, callback, form, ending } = props
  const path = `${PATH}/${provider.id}`
  return (
    <Workspace
      workspace={workspace}
      section="settings"
      title={provider.name}
      crumbs={[{ label: 'Identity providers', href: PATH }]}
      hasErrors={form.hasErrors || ending.hasErrors}
    >
      <Facts
        facts={[
          ['Issuer', <Copyable key="issuer" value={provider.issuer} />],
          ['Redirect URI', <Copyable key="callback" value={callback} />],
          ['For', <Whose key="for" id={provider.organization_id} />],
          ['State', provider.enabled ? <Badge tone="good">on</Badge> : <Badge>off</Badge>],
          ['Created', <Moment key="created" at={provider.created_at} now={workspace.now} />],
          ['Changed', <Moment key="changed" at={provider.updated_at} now={workspace.now} />],
        ]}
      />
      {workspace.may('environment:write') && (
        <>
          <Part id="settings" title="Settings">
            <EditForm
              action={path}
              csrfToken={workspace.csrfToken}
              form={form}
              updatedAt={provider.updated_at}
            >
              <ProviderFields form={form} />
            </EditForm>
          </Part>
          <Part id="delete" title="Delete" isDanger>
            <ConfirmByTyping
              action={`${path}/delete`}
              csrfToken={workspace.csrfToken}
              form={ending}
              word={provider.name}
              button="Delete the identity provider"
              consequences={
                <p>
                  Nobody can sign in there any more. The accounts of those who did stay; who has no password
                  and no passkey needs another way in.
                </p>
              }
            />
          </Part>
        </>
      )}
    </Workspace>
  )
}
