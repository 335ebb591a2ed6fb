import type { SettingsObject } from '../../objects/settings.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import {
  configuredValue,
  type NamedSetting,
  type SettingsGroup,
  settingsGroups,
  settingsOf,
} from '../settings-fields.ts'
import { AreaField, ChoiceField, SelectField, TextField } from './fields.tsx'
import { EditForm } from './parts.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const SettingsPage = (props: {
  readonly workspace: WorkspaceProps
  readonly group: SettingsGroup
  readonly settings: SettingsObject
  readonly version: string
  readonly form: FilledForm
}) => {
  const { workspace, group, settings, version, form } = props
  return (
    <Workspace
      workspace={workspace}
      section="settings"
      title={settingsGroups[group].label}
      about={settingsGroups[group].about}
      hasErrors={form.hasErrors}
    >
      <SettingsTabs current={group} />
      <EditForm
        action={`${dashboardPaths.settings}/${group}`}
        csrfToken={workspace.csrfToken}
        form={form}
        updatedAt={version}
        isReadOnly={!workspace.may('environment:write')}
      >
        <SettingFields group={group} settings={settings} form={form} />
      </EditForm>
    </Workspace>
  )
}

export const SettingFields = (props: {
  readonly group: SettingsGroup
  readonly settings: SettingsObject
  readonly form: FilledForm
}) => (
  <div class="field-grid">
    {settingsOf(props.group).map((field) => (
      <SettingControl key={field.name} form={props.form} field={field} settings={props.settings} />
    ))}
  </div>
)

const SettingControl = (props: {
  readonly form: FilledForm
  readonly field: NamedSetting
  readonly settings: SettingsObject
}) => {
  const { form, field, settings } = props
  const { name, label, hint } = field
  const configured = configuredValue(settings, name)
  const common = {
    form,
    name,
    label,
    isOptional: true,
    isUnmarked: true,
    ...(hint !== undefined && { hint }),
  }
  const unset = configured === undefined ? 'As configured' : `As configured: ${configured}`
  switch (field.kind) {
    case 'text':
    case 'url':
    case 'number':
      return (
        <TextField
          {...common}
          kind={field.kind}
          {...(configured !== undefined && { placeholder: configured })}
        />
      )
    case 'lines':
      return <AreaField {...common} rows={3} {...(configured !== undefined && { placeholder: configured })} />
    case 'json':
      return (
        <AreaField
          {...common}
          rows={6}
          isCode
          {...(configured !== undefined && { placeholder: configured })}
        />
      )
    case 'flag':
      return (
        <SelectField
          {...common}
          choices={[
            { value: '', label: unset },
            { value: 'yes', label: 'Yes' },
            { value: 'no', label: 'No' },
          ]}
        />
      )
    case 'one':
      return (
        <SelectField
          {...common}
          choices={[{ value: '', label: unset }, ...field.of.map((value) => ({ value, label: value }))]}
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
