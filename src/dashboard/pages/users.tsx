import { Button, Form } from '../../html/form.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { UserObject } from '../../objects/user.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { type FilledForm, freshForm } from '../filled-form.ts'
import { CheckField, FormProblem, PasswordField, TextField } from './fields.tsx'
import { Badge, DataTable, Moment, Pager, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const nameOf = ({ name, first_name, last_name }: UserObject): string =>
  name ?? [first_name, last_name].filter((part) => part !== null).join(' ')

export const Users = (props: {
  readonly workspace: WorkspaceProps
  readonly users: ListObject<UserObject>
  readonly email?: string
  readonly form: FilledForm
}) => {
  const { workspace, users, email, form } = props
  return (
    <Workspace
      workspace={workspace}
      section="users"
      title="Users"
      about="The people who sign in here, of all organizations."
      hasErrors={form.hasErrors}
    >
      <form class="filters" action={dashboardPaths.users} method="get">
        <TextField
          form={freshForm({ 'find-email': email })}
          name="find-email"
          queryName="email"
          kind="email"
          label="E-mail address"
          isOptional
        />
        <Button id="filter" weight="choice">
          Find
        </Button>
      </form>
      <DataTable
        caption="Users"
        rows={users.data}
        idOf={({ id }) => id}
        empty={
          email === undefined ? (
            <p>Nobody yet. Users come by signing up, from your own systems by the API, or from here.</p>
          ) : (
            <p>Nobody has that address.</p>
          )
        }
        columns={[
          {
            label: 'E-mail',
            of: ({ id, email: address }) => (
              <a href={`${dashboardPaths.users}/${id}`}>
                <bdi>{address}</bdi>
              </a>
            ),
          },
          { label: 'Name', of: (user) => <bdi>{nameOf(user)}</bdi> },
          {
            label: 'Address',
            of: ({ email_verified }) => (
              <Badge tone={email_verified ? 'good' : 'caution'}>
                {email_verified ? 'verified' : 'not verified'}
              </Badge>
            ),
          },
          {
            label: 'Last sign-in',
            isEnd: true,
            of: ({ last_sign_in_at }) =>
              last_sign_in_at === null ? 'never' : <Moment at={last_sign_in_at} now={workspace.now} />,
          },
        ]}
      />
      <Pager path={dashboardPaths.users} cursors={users.list_metadata} />
      {workspace.may('users:write') && (
        <Part id="create" title="Create a user">
          <Form action={dashboardPaths.users} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            <ProfileFields form={form} />
            <PasswordField
              form={form}
              name="password"
              label="Password"
              hint="Without one they sign in by a code, or choose one by “Forgot your password?”, if mail is sent."
              isOptional
            />
            <Button id="create-user" weight="primary">
              Create
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}

export const NameFields = ({ form }: { readonly form: FilledForm }) => (
  <>
    <TextField form={form} name="first_name" label="First name" isOptional />
    <TextField form={form} name="last_name" label="Last name" isOptional />
  </>
)

export const ProfileFields = ({
  form,
  isCorrection = false,
}: {
  readonly form: FilledForm
  readonly isCorrection?: boolean
}) => (
  <>
    <TextField form={form} name="email" kind="email" label="E-mail address" />
    <CheckField
      form={form}
      name="email_verified"
      label="The address is known to be theirs"
      hint={
        isCorrection
          ? 'Whoever ticks this vouches for it; for another address, once that is saved.'
          : 'Whoever ticks this vouches for it.'
      }
    />
    <NameFields form={form} />
    <TextField
      form={form}
      name="external_id"
      label="Your ID"
      hint="What your own systems call them."
      isOptional
    />
  </>
)
