import type { EventObject } from '../../objects/event.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { Actor } from './events.tsx'
import { CodeBlock, Copyable, DataTable, Facts, Moment, Part } from './parts.tsx'
import { Thing } from './thing.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

const shown = (value: unknown): string => (value === undefined ? '—' : JSON.stringify(value))

export const EventPage = (props: { readonly workspace: WorkspaceProps; readonly event: EventObject }) => {
  const { workspace, event } = props
  const { context, data } = event
  const changed = Object.entries(context.previous_attributes ?? {})
  return (
    <Workspace
      workspace={workspace}
      section="events"
      title={event.event}
      crumbs={[{ label: 'Events', href: dashboardPaths.events }]}
    >
      <Facts
        facts={[
          ['When', <Moment key="when" at={event.created_at} now={workspace.now} />],
          ['Exactly', <code key="exactly">{event.created_at}</code>],
          ['By', <Actor key="by" actor={context.actor} />],
          ['ID', <Copyable key="id" value={event.id} />],
          ...(context.target_id === null
            ? []
            : [['What', <Thing key="what" id={context.target_id} />] as const]),
          ...(context.organization_id === null
            ? []
            : [['Organization', <Thing key="organization" id={context.organization_id} />] as const]),
        ]}
      />
      {changed.length > 0 && (
        <Part id="changes" title="What it changed">
          <DataTable
            caption="Changes"
            rows={changed}
            idOf={([name]) => `change-${name}`}
            empty={null}
            columns={[
              { label: 'Field', of: ([name]) => <code>{name}</code> },
              { label: 'Before', of: ([, before]) => <code>{shown(before)}</code> },
              { label: 'Then', of: ([name]) => <code>{shown(data[name])}</code> },
            ]}
          />
        </Part>
      )}
      <Part id="whole" title="As it is told to webhooks">
        <CodeBlock id="event-json" label="JSON" code={JSON.stringify(event, null, 2)} />
      </Part>
    </Workspace>
  )
}
