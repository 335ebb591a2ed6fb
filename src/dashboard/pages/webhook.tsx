import { Button, Form } from '../../html/form.tsx'
import type { ListObject } from '../../objects/list.ts'
import type { WebhookDeliveryObject, WebhookEndpointObject } from '../../objects/webhook-endpoint.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { CheckField, FormProblem } from './fields.tsx'
import {
  Badge,
  ConfirmByTyping,
  Copyable,
  DataTable,
  EditForm,
  Facts,
  Moment,
  Pager,
  Part,
} from './parts.tsx'
import { Thing } from './thing.tsx'
import { EndpointState, WebhookFields } from './webhooks.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

const tones = { pending: 'caution', delivered: 'good', failed: 'danger' } as const

const answerOf = ({ last_status, last_error }: WebhookDeliveryObject): string =>
  last_error ?? (last_status === null ? '—' : `HTTP ${last_status}`)

export const WebhookPage = (props: {
  readonly workspace: WorkspaceProps
  readonly endpoint: WebhookEndpointObject
  readonly deliveries: ListObject<WebhookDeliveryObject>
  readonly form: FilledForm
  readonly ending: FilledForm
  readonly resending: FilledForm
}) => {
  const { workspace, endpoint, deliveries, form, ending, resending } = props
  const { now, csrfToken } = workspace
  const action = `${dashboardPaths.webhooks}/${endpoint.id}`
  const mayChange = workspace.may('webhooks:write')
  return (
    <Workspace
      workspace={workspace}
      section="webhooks"
      title="Webhook endpoint"
      about={endpoint.endpoint_url}
      crumbs={[{ label: 'Webhooks', href: dashboardPaths.webhooks }]}
      hasErrors={form.hasErrors || ending.hasErrors || resending.hasErrors}
    >
      <Facts
        facts={[
          ['State', <EndpointState key="state" status={endpoint.status} />],
          ['ID', <Copyable key="id" value={endpoint.id} />],
          // What it is signed with is for whoever may change it.
          ...(mayChange
            ? [
                [
                  'Signing secret',
                  endpoint.secret === '' ? (
                    'cannot be read: LATCHKEY_SECRET is another than when it was made'
                  ) : (
                    <Copyable key="secret" value={endpoint.secret} />
                  ),
                ] as const,
              ]
            : []),
          ['Created', <Moment key="created" at={endpoint.created_at} now={now} />],
        ]}
      />
      <Part
        id="deliveries"
        title="Deliveries"
        about="What was sent, the newest first, and what became of it."
      >
        <FormProblem form={resending} />
        <DataTable
          caption="Deliveries"
          rows={deliveries.data}
          idOf={({ event_id }) => event_id}
          empty={<p>Nothing that it is told of has happened yet.</p>}
          columns={[
            { label: 'Event', of: ({ event_id }) => <Thing id={event_id} /> },
            { label: 'State', of: ({ state }) => <Badge tone={tones[state]}>{state}</Badge> },
            { label: 'Attempts', isEnd: true, of: ({ attempts }) => attempts },
            { label: 'Last answer', of: (delivery) => <bdi>{answerOf(delivery)}</bdi> },
            {
              label: 'Next attempt',
              isEnd: true,
              of: ({ next_attempt_at }) =>
                next_attempt_at === null ? '—' : <Moment at={next_attempt_at} now={now} />,
            },
            ...(mayChange
              ? [
                  {
                    label: 'Again',
                    of: ({ event_id }: WebhookDeliveryObject) => (
                      <Form action={`${action}/resend`} csrfToken={csrfToken}>
                        <Button name="event_id" value={event_id} weight="quiet" label={`Resend ${event_id}`}>
                          Resend
                        </Button>
                      </Form>
                    ),
                  },
                ]
              : []),
          ]}
        />
        <Pager path={action} cursors={deliveries.list_metadata} />
      </Part>
      {mayChange && (
        <>
          <Part id="edit" title="Settings">
            <EditForm action={action} csrfToken={csrfToken} form={form} updatedAt={endpoint.updated_at}>
              <WebhookFields form={form} />
              <CheckField
                form={form}
                name="enabled"
                label="Enabled"
                hint="What happens while it is disabled is never sent."
              />
            </EditForm>
          </Part>
          <Part id="delete" title="Delete" isDanger>
            <ConfirmByTyping
              action={`${action}/delete`}
              csrfToken={csrfToken}
              form={ending}
              word={endpoint.endpoint_url}
              button="Delete the endpoint"
              consequences={<p>It is told of nothing any more, nor of what still waits to be sent.</p>}
            />
          </Part>
        </>
      )}
    </Workspace>
  )
}
