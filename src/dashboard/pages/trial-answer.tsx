import { Button, Form } from '../../html/form.tsx'
import type { ApplicationObject } from '../../objects/application.ts'
import { paths } from '../../protocol/paths.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import type { Exchange } from '../trial/exchange.ts'
import { ApplicationTabs, applicationPath } from './application-tabs.tsx'
import { SecretField } from './application-trial.tsx'
import { Exchanges } from './exchanges.tsx'
import { FormProblem } from './fields.tsx'
import { ActionLink, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

/** What a try has come to so far; and the form that goes on with it, if that is not the end. */
export const TrialAnswer = (props: {
  readonly workspace: WorkspaceProps
  readonly application: ApplicationObject
  readonly exchanges: readonly Exchange[]
  readonly answer: Readonly<Record<string, string>>
  readonly form: FilledForm
  readonly isRedeemed?: boolean
}) => {
  const { workspace, application, exchanges, answer, form, isRedeemed = false } = props
  const path = applicationPath(application)
  const { code, state = '' } = answer
  return (
    <Workspace
      workspace={workspace}
      section="applications"
      title="Try it"
      crumbs={[
        { label: 'Applications', href: dashboardPaths.applications },
        { label: application.name, href: path },
      ]}
      actions={<ActionLink href={`${path}/try`}>Try again</ActionLink>}
      hasErrors={form.hasErrors}
    >
      <ApplicationTabs application={application} current="/try" />
      <Exchanges exchanges={exchanges} />
      {code !== undefined && !isRedeemed && workspace.may('applications:write') && (
        <Part id="exchange" title={`${exchanges.length + 1}. Token request`}>
          <Form action={paths.trialExchange} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            <input type="hidden" name="code" value={code} />
            <input type="hidden" name="state" value={state} />
            {!('uses_pkce' in application && application.uses_pkce) && <SecretField form={form} />}
            <Button id="redeem" weight="primary">
              Redeem the code
            </Button>
          </Form>
        </Part>
      )}
      <p class="trial-end">
        Why something was refused is among the <a href={`${path}/refusals`}>refused requests</a>.
      </p>
    </Workspace>
  )
}

/** Nothing was tried by whoever comes, or too long ago. */
export const TrialWithoutAnswer = ({ workspace }: { readonly workspace: WorkspaceProps }) => (
  <Workspace workspace={workspace} section="applications" title="Try it">
    <div class="empty" id="no-trial">
      <p>
        Here comes back what an operator tries, to that operator, in the browser in which they began, within
        half an hour. There is no such try that this would be the answer to.
      </p>
      <p>
        <a href={dashboardPaths.applications}>Choose an application</a>, and try it.
      </p>
    </div>
  </Workspace>
)
