import type { ApplicationObject } from '../../objects/application.ts'
import {
  fieldsOf,
  groupTitles,
  type MetadataField,
  metadataGroups,
  type SettingsForm,
} from '../client-metadata-fields.ts'
import type { FilledForm } from '../filled-form.ts'
import { ApplicationTabs, applicationFrame, applicationPath } from './application-tabs.tsx'
import { AreaField, CheckField, ChoiceField, SelectField, TextField } from './fields.tsx'
import { EditForm, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const ApplicationSettings = (props: {
  readonly workspace: WorkspaceProps
  readonly application: ApplicationObject
  readonly forms: Readonly<Record<SettingsForm, FilledForm>>
}) => {
  const { workspace, application, forms } = props
  const editable = {
    csrfToken: workspace.csrfToken,
    updatedAt: application.updated_at,
    isReadOnly: !workspace.may('applications:write'),
  }
  const action = (form: SettingsForm) => `${applicationPath(application, '/settings')}/${form}`
  const hasSecret = application.application_type === 'm2m' || !application.uses_pkce
  return (
    <Workspace
      {...applicationFrame(workspace, application)}
      title="Settings"
      about="How this application speaks the protocol. A field that is empty is as the specifications, or the settings of the environment, have it."
      hasErrors={Object.values(forms).some((form) => form.hasErrors)}
    >
      <ApplicationTabs application={application} current="/settings" />
      <Part
        id="lifetimes"
        title="Lifetimes"
        about="Of the tokens it gets from now on. Those that exist keep theirs."
      >
        <EditForm {...editable} id="save-lifetimes" action={action('lifetimes')} form={forms.lifetimes}>
          <TextField
            form={forms.lifetimes}
            name="access_token_seconds"
            kind="number"
            label="Access tokens, in seconds"
            hint="10 to 86400. Whoever verifies them offline learns of a revocation only when they end."
            isOptional
          />
          <TextField
            form={forms.lifetimes}
            name="refresh_token_idle_seconds"
            kind="number"
            label="Refresh tokens that nobody uses, in seconds"
            hint="60 to 31536000."
            isOptional
          />
        </EditForm>
      </Part>
      {hasSecret && (
        <Part
          id="keys"
          title="Public keys"
          about="By which it can authenticate without a secret, and sign its requests. Here, or at an address where it publishes them."
        >
          <EditForm {...editable} id="save-keys" action={action('keys')} form={forms.keys}>
            <AreaField
              form={forms.keys}
              name="jwks"
              label="Key set (JWKS)"
              hint="JSON, with public keys alone."
              rows={6}
              isCode
              isOptional
            />
            <TextField
              form={forms.keys}
              name="jwks_uri"
              kind="url"
              label="Address of the key set"
              isOptional
            />
          </EditForm>
        </Part>
      )}
      {metadataGroups.map((group) => (
        <Part key={group} id={group} {...groupTitles[group]}>
          <EditForm {...editable} id={`save-${group}`} action={action(group)} form={forms[group]}>
            <div class="field-grid">
              {fieldsOf(group).map((field) => (
                <MetadataControl key={field.name} form={forms[group]} field={field} />
              ))}
            </div>
          </EditForm>
        </Part>
      ))}
    </Workspace>
  )
}

const MetadataControl = (props: {
  readonly form: FilledForm
  readonly field: MetadataField & { readonly name: string }
}) => {
  const { form, field } = props
  const { name, label, hint } = field
  const common = {
    form,
    name,
    label,
    isOptional: true,
    isUnmarked: true,
    ...(hint !== undefined && { hint }),
  }
  switch (field.kind) {
    case 'text':
    case 'url':
    case 'number':
      return <TextField {...common} kind={field.kind} />
    case 'lines':
      return <AreaField {...common} rows={2} />
    case 'flag':
      return <CheckField {...common} />
    case 'one':
      return (
        <SelectField
          {...common}
          choices={[
            { value: '', label: 'As by default' },
            ...field.of.map((value) => ({ value, label: value })),
          ]}
        />
      )
    case 'several':
      return (
        <ChoiceField
          {...common}
          type="checkbox"
          choices={field.of.map((value) => ({ value, label: value }))}
        />
      )
  }
}
