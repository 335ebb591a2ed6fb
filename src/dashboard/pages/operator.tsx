import { Button, Form } from '../../html/form.tsx'
import type { OperatorObject } from '../../objects/operator.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { ChoiceField, FormProblem } from './fields.tsx'
import { roleChoices, whatMoreRightsEnd } from './operators.tsx'
import { Copyable, Facts, Moment, Part, Version } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const OperatorPage = (props: {
  readonly workspace: WorkspaceProps
  readonly operator: OperatorObject
  readonly form: FilledForm
}) => {
  const { workspace, operator, form } = props
  const { now, csrfToken } = workspace
  const action = `${dashboardPaths.operators}/${operator.user_id}`
  return (
    <Workspace
      workspace={workspace}
      section="operators"
      title={operator.name ?? operator.email}
      crumbs={[{ label: 'Operators', href: dashboardPaths.operators }]}
      hasErrors={form.hasErrors}
    >
      <FormProblem form={form} />
      <Facts
        facts={[
          ['E-mail', <bdi key="email">{operator.email}</bdi>],
          ['User', <Copyable key="id" value={operator.user_id} />],
          ['Operator since', <Moment key="since" at={operator.created_at} now={now} />],
        ]}
      />
      {workspace.may('operators:write') && (
        <>
          <Part id="role-part" title="What they may do" about={whatMoreRightsEnd}>
            <Form action={action} csrfToken={csrfToken} class="stack">
              <Version form={form} updatedAt={operator.updated_at} />
              <ChoiceField form={form} name="role" type="radio" label="Role" choices={roleChoices} />
              <Button id="save" name="decision" value="save" weight="primary">
                Save
              </Button>
            </Form>
          </Part>
          <Part
            id="remove-part"
            title="Remove"
            about="They stay a user, and may be here no more from the next page on."
            isDanger
          >
            <Form action={action} csrfToken={csrfToken}>
              <Version form={form} updatedAt={operator.updated_at} />
              <Button id="remove" name="decision" value="remove" weight="danger">
                Remove from the operators
              </Button>
            </Form>
          </Part>
        </>
      )}
    </Workspace>
  )
}
