import { Button, Form } from '../../html/form.tsx'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { AreaField, FormProblem, TextField } from './fields.tsx'
import { CodeBlock, Part, Version } from './parts.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

const PATH = `${dashboardPaths.settings}/jwt-template`

export const JwtTemplatePage = (props: {
  readonly workspace: WorkspaceProps
  readonly updatedAt: string
  readonly form: FilledForm
  /** What it would make of somebody. */
  readonly claims?: Readonly<Record<string, unknown>>
}) => {
  const { workspace, updatedAt, form, claims } = props
  const mayWrite = workspace.may('environment:write')
  return (
    <Workspace
      workspace={workspace}
      section="settings"
      title="JWT template"
      about="Claims of your own in the access tokens of users: JSON with expressions such as {{ user.email }}, {{ organization.name }} or {{ user.metadata.plan || 'free' }}."
      hasErrors={form.hasErrors}
    >
      <SettingsTabs current="jwt-template" />
      <Form action={PATH} csrfToken={workspace.csrfToken} class="stack">
        <FormProblem form={form} />
        <Version form={form} updatedAt={updatedAt} />
        <AreaField
          form={form}
          name="content"
          label="Template"
          rows={10}
          isCode
          placeholder={'{ "email": {{ user.email }} }'}
        />
        <Part
          id="preview"
          title="What it would make of somebody"
          about="Nothing is saved, and no token is issued."
        >
          <div class="field-grid">
            <TextField form={form} name="email" kind="email" label="E-mail address of the user" isOptional />
            <TextField
              form={form}
              name="organization_id"
              label="ID of the organization"
              hint="In whose name they sign in."
              isOptional
            />
          </div>
          <div class="page-actions">
            <button id="try" type="submit" class="button button-choice" formAction={`${PATH}/preview`}>
              Preview
            </button>
          </div>
        </Part>
        {mayWrite && (
          // Behind the other: the first button of a form is what Enter presses, and the only lines to type are of the preview.
          <Button id="save" weight="primary">
            Save the template
          </Button>
        )}
      </Form>
      {claims && <CodeBlock id="claims" label="Claims" code={JSON.stringify(claims, null, 2)} />}
    </Workspace>
  )
}
