import { Button } from '../../html/form.tsx'
import type { EventObject } from '../../objects/event.ts'
import type { ListObject } from '../../objects/list.ts'
import { eventNames } from '../../protocol/event-name.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { MOST_EXPORTED } from '../event-export.ts'
import type { FilledForm } from '../filled-form.ts'
import { FormProblem, SelectField, TextField } from './fields.tsx'
import { ActionLink, DataTable, Moment, Pager } from './parts.tsx'
import { Thing } from './thing.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

const actors: Readonly<Record<EventObject['context']['actor']['type'], string>> = {
  user: 'User',
  api_key: 'API key',
  client: 'Application',
  system: 'This server',
  operator: 'Operator',
}

/** Who did it. */
export const Actor = ({ actor }: { readonly actor: EventObject['context']['actor'] }) => {
  const { type, id } = actor
  const label = actors[type]
  if (id === type) return <>{type === 'operator' ? 'Command line' : label}</>
  return (
    <>
      {label} <Thing id={id} />
    </>
  )
}

export const Events = (props: {
  readonly workspace: WorkspaceProps
  readonly filter: Readonly<Record<string, string>>
  readonly form: FilledForm
  /** Absent if the filter makes no sense. */
  readonly events?: ListObject<EventObject>
}) => {
  const { workspace, filter, form, events } = props
  const exportHref = (format: string) =>
    `${dashboardPaths.events}/export?${new URLSearchParams({ ...filter, format })}`
  return (
    <Workspace
      workspace={workspace}
      section="events"
      title="Events"
      about="Everything that was changed or refused: when, by whom, and what it was."
      actions={
        events && (
          <>
            <ActionLink id="export-csv" href={exportHref('csv')}>
              CSV
            </ActionLink>
            <ActionLink id="export-jsonl" href={exportHref('jsonl')}>
              JSON lines
            </ActionLink>
          </>
        )
      }
      hasErrors={form.hasErrors}
    >
      <form class="filters" action={dashboardPaths.events} method="get" noValidate>
        <FormProblem form={form} />
        <SelectField
          form={form}
          name="events"
          label="Event"
          isOptional
          choices={[{ value: '', label: 'Any' }, ...eventNames.map((name) => ({ value: name, label: name }))]}
        />
        <TextField form={form} name="organization_id" label="Organization" placeholder="org_…" isOptional />
        <TextField form={form} name="actor_id" label="By" placeholder="user_…" isOptional />
        <TextField form={form} name="target_id" label="Of" placeholder="any ID" isOptional />
        <TextField form={form} name="range_start" label="From" placeholder="2026-01-31" isOptional />
        <TextField form={form} name="range_end" label="Until" placeholder="2026-01-31T12:00:00Z" isOptional />
        <Button id="filter" weight="choice">
          Filter
        </Button>
      </form>
      {events && (
        <>
          <EventTable events={events.data} now={workspace.now} />
          <Pager path={dashboardPaths.events} query={filter} cursors={events.list_metadata} />
          <p class="page-about">
            A file holds {MOST_EXPORTED.toLocaleString('en')} events at most, the newest.
          </p>
        </>
      )}
    </Workspace>
  )
}

export const EventTable = ({
  events,
  now,
  prefix = '',
}: {
  readonly events: readonly EventObject[]
  readonly now: Date
  /** Of the IDs of its rows, where the same may be in two tables. */
  readonly prefix?: string
}) => (
  <DataTable
    caption="Events"
    rows={events}
    idOf={({ id }) => prefix + id}
    empty={<p>Nothing like that has happened.</p>}
    columns={[
      {
        label: 'Event',
        of: ({ id, event }) => <a href={`${dashboardPaths.events}/${id}`}>{event}</a>,
      },
      { label: 'By', of: ({ context }) => <Actor actor={context.actor} /> },
      { label: 'What', of: ({ context }) => context.target_id && <Thing id={context.target_id} /> },
      {
        label: 'When',
        isEnd: true,
        of: ({ created_at }) => <Moment at={created_at} now={now} />,
      },
    ]}
  />
)
