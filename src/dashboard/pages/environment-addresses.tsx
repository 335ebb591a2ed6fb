import { Button, Form } from '../../html/form.tsx'
import { AlertIcon } from '../../html/icons.tsx'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { FormProblem } from './fields.tsx'
import { Badge, DataTable, Part } from './parts.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const addressKinds = ['redirect-uris', 'cors-origins', 'resources'] as const
export type AddressKind = (typeof addressKinds)[number]

interface ListedAddress {
  readonly id: string
  readonly address: string
  readonly isDefault: boolean
}

const words: Readonly<
  Record<
    AddressKind,
    {
      readonly title: string
      readonly about: string
      readonly label: string
      readonly placeholder: string
      readonly empty: string
      readonly hasDefault: boolean
    }
  >
> = {
  'redirect-uris': {
    title: 'Redirect URIs of all your own applications',
    about:
      'Every first-party application may send people back to these, besides its own. One may hold a wildcard in the first label of its host.',
    label: 'A redirect URI',
    placeholder: 'https://app-*.example.com/callback',
    empty: 'There are none: each application has those that are registered for it.',
    hasDefault: true,
  },
  'cors-origins': {
    title: 'Web origins',
    about: 'Whose pages may call the endpoints, where the setting says that only listed ones may.',
    label: 'An origin',
    placeholder: 'https://app.example.com',
    empty: 'There are none.',
    hasDefault: false,
  },
  resources: {
    title: 'Resources',
    about:
      'The APIs that access tokens may be for (RFC 8707). The default one is the audience where a request names none.',
    label: 'A resource indicator',
    placeholder: 'https://api.example.com',
    empty: 'There are none: the parameter is ignored, and tokens are for the environment.',
    hasDefault: true,
  },
}

export const Addresses = (props: {
  readonly workspace: WorkspaceProps
  readonly lists: Readonly<Record<AddressKind, readonly ListedAddress[]>>
  readonly forms: Readonly<Record<AddressKind, FilledForm>>
}) => {
  const { workspace, lists, forms } = props
  return (
    <Workspace
      workspace={workspace}
      section="settings"
      title="Addresses"
      about="Where people may be sent, whose pages may call, and what tokens may be for, in the whole environment."
      hasErrors={addressKinds.some((kind) => forms[kind].hasErrors)}
    >
      <SettingsTabs current="addresses" />
      {addressKinds.map((kind) => (
        <AddressPart key={kind} {...{ workspace, kind }} rows={lists[kind]} form={forms[kind]} />
      ))}
    </Workspace>
  )
}

const AddressPart = (props: {
  readonly workspace: WorkspaceProps
  readonly kind: AddressKind
  readonly rows: readonly ListedAddress[]
  readonly form: FilledForm
}) => {
  const { workspace, kind, rows, form } = props
  const { title, about, empty } = words[kind]
  const path = `${dashboardPaths.settings}/addresses/${kind}`
  const mayWrite = workspace.may('environment:write')
  return (
    <Part id={kind} title={title} about={about}>
      <DataTable
        caption={title}
        rows={rows}
        idOf={({ id }) => id}
        empty={<p>{empty}</p>}
        columns={[
          {
            label: 'Address',
            of: ({ address, isDefault }) => (
              <>
                <code>{address}</code> {isDefault && <Badge tone="good">default</Badge>}
              </>
            ),
          },
          ...(mayWrite
            ? [
                {
                  label: 'Action',
                  isEnd: true,
                  of: ({ id }: ListedAddress) => (
                    <Form action={`${path}/delete`} csrfToken={workspace.csrfToken}>
                      <input type="hidden" name="thing" value={id} />
                      <Button weight="quiet">Remove</Button>
                    </Form>
                  ),
                },
              ]
            : []),
        ]}
      />
      {mayWrite && <AddAddress kind={kind} path={path} csrfToken={workspace.csrfToken} form={form} />}
    </Part>
  )
}

const AddAddress = (props: {
  readonly kind: AddressKind
  readonly path: string
  readonly csrfToken: string
  readonly form: FilledForm
}) => {
  const { kind, path, csrfToken, form } = props
  const { label, placeholder, hasDefault } = words[kind]
  const id = `new-${kind}`
  const error = form.error('address')
  return (
    <Form action={path} csrfToken={csrfToken} class="filters">
      <FormProblem form={form} />
      <div class="field">
        <label for={id}>{label}</label>
        <input
          id={id}
          type="text"
          inputMode="url"
          name="address"
          placeholder={placeholder}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          dir="ltr"
          value={form.value('address')}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
        />
        {error !== undefined && (
          <p id={`${id}-error`} class="field-error">
            <AlertIcon />
            {error}
          </p>
        )}
      </div>
      {hasDefault && (
        <label class="choice" for={`${id}-default`}>
          <input id={`${id}-default`} type="checkbox" name="default" value="on" />
          <span class="choice-text">Make it the default</span>
        </label>
      )}
      <Button id={`add-${kind}`} weight="choice">
        Add
      </Button>
    </Form>
  )
}
