import { Button, Form } from '../../html/form.tsx'
import type { ApplicationObject } from '../../objects/application.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import type { Exchange } from '../trial/exchange.ts'
import { ApplicationTabs, applicationPath } from './application-tabs.tsx'
import { Exchanges } from './exchanges.tsx'
import { CheckField, FormProblem, PasswordField, TextField } from './fields.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const ApplicationTrial = (props: {
  readonly workspace: WorkspaceProps
  readonly application: ApplicationObject
  readonly form: FilledForm
  readonly exchanges: readonly Exchange[]
}) => {
  const { workspace, application, form, exchanges } = props
  const path = applicationPath(application)
  const isOfUsers = application.application_type === 'oauth'
  const keepsSecret = !('uses_pkce' in application && application.uses_pkce)
  return (
    <Workspace
      workspace={workspace}
      section="applications"
      title="Try it"
      about={
        isOfUsers
          ? 'The real flow, in your own name: you go to the authorization endpoint as its users do, and come back here. Each request, each answer and each token is shown; what it got is revoked at the end.'
          : 'The real flow: a token by its secret, which is asked about and then revoked. Each request, each answer and the token are shown.'
      }
      crumbs={[
        { label: 'Applications', href: dashboardPaths.applications },
        { label: application.name, href: path },
      ]}
      hasErrors={form.hasErrors}
    >
      <ApplicationTabs application={application} current="/try" />
      {workspace.may('applications:write') ? (
        <Form action={`${path}/try`} csrfToken={workspace.csrfToken} class="stack">
          <FormProblem form={form} />
          <TextField
            form={form}
            name="scope"
            label="Scopes"
            hint={
              isOfUsers
                ? 'Separated by spaces.'
                : 'Separated by spaces; without any, all that it may ask for.'
            }
            isOptional
          />
          {isOfUsers && keepsSecret && (
            <p class="field-hint">
              Have a client secret at hand: the code that you come back with holds for a minute.
            </p>
          )}
          {isOfUsers ? (
            <CheckField
              form={form}
              name="prompt"
              label="Ask me what it may do, even if I have agreed before"
              hint="prompt=consent. What you agree to stays in your account until you take it back there."
            />
          ) : (
            <SecretField form={form} />
          )}
          <Button id="try" weight="primary">
            Try it
          </Button>
        </Form>
      ) : (
        <div class="empty">
          <p>It takes the right to change applications: a token may do what the application may.</p>
        </div>
      )}
      {exchanges.length > 0 && <Exchanges exchanges={exchanges} />}
    </Workspace>
  )
}

export const SecretField = ({ form }: { readonly form: FilledForm }) => (
  <PasswordField
    form={form}
    name="client_secret"
    label="Client secret"
    hint="Used for these requests, and kept nowhere."
  />
)
