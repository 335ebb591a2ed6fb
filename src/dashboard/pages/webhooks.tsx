import { Button, Form } from '../../html/form.tsx'
import type { WebhookEndpointObject } from '../../objects/webhook-endpoint.ts'
import { eventNames } from '../../protocol/event-name.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { ChoiceField, FormProblem, TextField } from './fields.tsx'
import { Badge, DataTable, Moment, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const EndpointState = ({ status }: Pick<WebhookEndpointObject, 'status'>) => (
  <Badge tone={status === 'enabled' ? 'good' : 'caution'}>
    {status === 'enabled' ? 'Enabled' : 'Disabled'}
  </Badge>
)

export const Webhooks = (props: {
  readonly workspace: WorkspaceProps
  readonly endpoints: readonly WebhookEndpointObject[]
  readonly form: FilledForm
}) => {
  const { workspace, endpoints, form } = props
  return (
    <Workspace
      workspace={workspace}
      section="webhooks"
      title="Webhooks"
      about="Servers of yours that are told of what happens, signed, at least once, and again for three days if they do not answer."
      hasErrors={form.hasErrors}
    >
      <DataTable
        caption="Webhook endpoints"
        rows={endpoints}
        idOf={({ id }) => id}
        empty={
          <p>
            Nobody is told of anything yet. An endpoint gets a POST for each event you choose, such as{' '}
            <code>user.created</code>.
          </p>
        }
        columns={[
          {
            label: 'Address',
            of: ({ id, endpoint_url }) => <a href={`${dashboardPaths.webhooks}/${id}`}>{endpoint_url}</a>,
          },
          { label: 'State', of: EndpointState },
          { label: 'Events', isEnd: true, of: ({ events }) => events.length },
          {
            label: 'Changed',
            isEnd: true,
            of: ({ updated_at }) => <Moment at={updated_at} now={workspace.now} />,
          },
        ]}
      />
      {workspace.may('webhooks:write') && (
        <Part id="create" title="Add an endpoint">
          <Form action={dashboardPaths.webhooks} csrfToken={workspace.csrfToken} class="stack">
            <FormProblem form={form} />
            <WebhookFields form={form} />
            <Button id="create-webhook" weight="primary">
              Add
            </Button>
          </Form>
        </Part>
      )}
    </Workspace>
  )
}

export const WebhookFields = ({ form }: { readonly form: FilledForm }) => (
  <>
    <TextField
      form={form}
      name="endpoint_url"
      kind="url"
      label="Address"
      hint="https, and no address of a private network."
      placeholder="https://example.com/webhooks"
    />
    <div class="scrolling-choices">
      <ChoiceField
        form={form}
        name="events"
        type="checkbox"
        label="Events"
        choices={eventNames.map((name) => ({ value: name, label: name }))}
      />
    </div>
  </>
)
