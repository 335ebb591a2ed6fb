import { Button, Form } from '../../html/form.tsx'
import type { OrganizationObject } from '../../objects/organization.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { AreaField, ChoiceField, FormProblem, SelectField, TextField } from './fields.tsx'
import { Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

interface NewApplicationProps {
  readonly workspace: WorkspaceProps
  readonly form: FilledForm
  /** Absent where there are too many to choose among. */
  readonly organizations?: readonly OrganizationObject[]
}

export const NewApplication = (props: NewApplicationProps) => {
  const { workspace, form } = props
  return (
    <Workspace
      workspace={workspace}
      section="applications"
      title="New application"
      about="Kind, trust and organization are for good; everything else can be changed."
      crumbs={[{ label: 'Applications', href: dashboardPaths.applications }]}
      hasErrors={form.hasErrors}
    >
      {workspace.may('applications:write') ? (
        <NewApplicationForm {...props} />
      ) : (
        <p id="may-not">
          Your role, {workspace.role}, does not cover making one. An owner can give you another.
        </p>
      )}
    </Workspace>
  )
}

const NewApplicationForm = ({ workspace, form, organizations }: NewApplicationProps) => {
  const organization = {
    form,
    name: 'organization_id',
    label: 'Organization',
    hint: 'Of a third-party or machine-to-machine application. Its tokens carry the organization.',
    isOptional: true,
  }
  return (
    <Form action={dashboardPaths.applications} csrfToken={workspace.csrfToken} class="stack stack-parts">
      <FormProblem form={form} />
      <Part id="what" title="1. What it is">
        <div class="stack">
          <TextField form={form} name="name" label="Name" hint="People read it on the consent page." />
          <ChoiceField
            form={form}
            name="kind"
            type="radio"
            label="Kind"
            choices={[
              {
                value: 'web',
                label: 'Web',
                hint: 'Runs on a server, which keeps a secret. People sign in.',
              },
              {
                value: 'public',
                label: 'Public',
                hint: 'In a browser, on a phone, at a command line: keeps no secret, proves each code by PKCE.',
              },
              {
                value: 'm2m',
                label: 'Machine to machine',
                hint: 'A program of an organization. Nobody signs in; it gets tokens by its secret.',
              },
            ]}
          />
        </div>
      </Part>
      <Part id="whose" title="2. Whose it is">
        <div class="stack">
          <ChoiceField
            form={form}
            name="trust"
            type="radio"
            label="Trust"
            hint="A machine-to-machine application always belongs to an organization."
            choices={[
              { value: 'first', label: 'First-party', hint: 'Your own: nobody is asked what it may do.' },
              {
                value: 'third',
                label: 'Third-party',
                hint: 'Of an organization: people are asked, and see whose it is.',
              },
            ]}
          />
          {organizations ? (
            <SelectField
              {...organization}
              choices={[
                { value: '', label: 'None' },
                ...organizations.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          ) : (
            <TextField {...organization} placeholder="org_…" />
          )}
        </div>
      </Part>
      <Part id="access" title="3. What it may do, and where it is">
        <div class="stack">
          <ApplicationAccess form={form} hasRedirectUris />
        </div>
      </Part>
      <Button id="create-application" weight="primary">
        Create
      </Button>
    </Form>
  )
}

export const ApplicationAccess = (props: {
  readonly form: FilledForm
  readonly hasRedirectUris: boolean
}) => (
  <>
    {props.hasRedirectUris && (
      <AreaField
        form={props.form}
        name="redirect_uris"
        label="Redirect URIs"
        hint="Where people are sent back to, one on each line; the first is the default. Not for machine to machine."
        placeholder="https://app.example.com/callback"
        isCode
        isOptional
      />
    )}
    <AreaField
      form={props.form}
      name="scopes"
      label="Scopes"
      hint={
        <>
          <a href={dashboardPaths.permissions}>Permissions</a> it may ask for, one on each line.
        </>
      }
      isCode
      isOptional
    />
    <AreaField form={props.form} name="description" label="Description" isOptional />
  </>
)
