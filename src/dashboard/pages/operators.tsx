import { Button, Form } from '../../html/form.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { OperatorObject } from '../../objects/operator.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { ChoiceField, FormProblem, TextField } from './fields.tsx'
import { Badge, DataTable, Moment, Pager, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const roleChoices = [
  { value: 'viewer', label: 'Viewer', hint: 'Sees everything but secrets, and changes nothing.' },
  { value: 'admin', label: 'Admin', hint: 'Does everything but say who the operators are.' },
  { value: 'owner', label: 'Owner', hint: 'Does everything.' },
] as const

/** sessions/appoint-operator.ts */
export const whatMoreRightsEnd =
  'Whoever may do more than before is signed out everywhere. A password that neither they nor you chose is taken away, with ' +
  'the passkeys, second factors and sign-ins elsewhere that who knows it could have added: they choose another by “Forgot ' +
  'your password?”, or you set one on their page as a user. Else those stay; look at them there.'

const roleLabel = (role: OperatorObject['role']): string =>
  roleChoices.find(({ value }) => value === role)?.label ?? role

export const Operators = (props: {
  readonly workspace: WorkspaceProps
  readonly operators: ListObject<OperatorObject>
  readonly form: FilledForm
  /** Whom the form asked for, who is one. */
  readonly already?: OperatorObject
}) => {
  const { workspace, operators, form, already } = props
  return (
    <Workspace
      workspace={workspace}
      section="operators"
      title="Operators"
      about="Who may use this dashboard. They sign in as everybody does, so a second factor protects them as well."
      hasErrors={form.hasErrors}
    >
      <DataTable
        caption="Operators"
        rows={operators.data}
        idOf={({ user_id }) => user_id}
        empty={<p>There are no operators.</p>}
        columns={[
          {
            label: 'Who',
            of: ({ user_id, name, email }) => (
              <a href={`${dashboardPaths.operators}/${user_id}`}>
                <bdi>{name ?? email}</bdi>
              </a>
            ),
          },
          { label: 'E-mail', of: ({ email }) => <bdi>{email}</bdi> },
          { label: 'Role', of: ({ role }) => <Badge>{roleLabel(role)}</Badge> },
          {
            label: 'Since',
            isEnd: true,
            of: ({ created_at }) => <Moment at={created_at} now={workspace.now} />,
          },
        ]}
      />
      <Pager path={dashboardPaths.operators} cursors={operators.list_metadata} />
      {workspace.may('operators:write') && (
        <Part
          id="add"
          title="Add an operator"
          about={`They need to be a user of this server already. ${whatMoreRightsEnd}`}
        >
          <Form action={dashboardPaths.operators} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            {already && (
              <p id="already">
                <a href={`${dashboardPaths.operators}/${already.user_id}`}>
                  <bdi>{already.name ?? already.email}</bdi>
                </a>{' '}
                has the role {roleLabel(already.role)}; another is given there.
              </p>
            )}
            <TextField form={form} name="email" kind="email" label="E-mail address of the user" />
            <ChoiceField form={form} name="role" type="radio" label="Role" choices={roleChoices} />
            <Button id="add-operator" weight="primary">
              Add
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}
