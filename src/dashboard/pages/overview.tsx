import type { EventObject } from '../../objects/event.ts'
import type { SigningKeyObject } from '../../objects/signing-key.ts'
import type { CheckupObject, StatisticsObject } from '../../objects/statistics.ts'
import { paths } from '../../protocol/paths.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { Activity } from './activity.tsx'
import { Checkup } from './checkup.tsx'
import { EventTable } from './events.tsx'
import { ActionLink, Badge, Copyable, Facts, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const Overview = (props: {
  readonly workspace: WorkspaceProps
  readonly issuer: string
  readonly keys: readonly SigningKeyObject[]
  /** The newest. */
  readonly events: readonly EventObject[]
  readonly refusals: readonly EventObject[]
  readonly statistics: StatisticsObject
  readonly checkup: CheckupObject
}) => {
  const { workspace, issuer, keys, events, refusals, statistics, checkup } = props
  const signing = keys.filter(({ state }) => state === 'active').map(({ algorithm }) => algorithm)
  return (
    <Workspace
      workspace={workspace}
      section="overview"
      title="Overview"
      actions={
        workspace.may('applications:write') && (
          <ActionLink href={`${dashboardPaths.applications}/new`} weight="primary">
            New application
          </ActionLink>
        )
      }
    >
      <Facts
        facts={[
          ['Issuer', <Copyable key="issuer" value={issuer} />],
          ['Discovery', <Copyable key="discovery" value={issuer + paths.openidConfiguration} />],
          [
            'Signing keys',
            <a key="keys" href={dashboardPaths.signingKeys}>
              {signing.length === 0 ? <Badge tone="danger">none signs</Badge> : signing.join(', ')}
            </a>,
          ],
        ]}
      />
      <Activity statistics={statistics} />
      <Checkup checkup={checkup} now={workspace.now} />
      <Part
        id="refusals"
        title="Refused of late"
        about="Sign-ins that failed, changes that were refused, tokens that came back after their end."
      >
        <EventTable events={refusals} now={workspace.now} prefix="refused-" />
      </Part>
      <Part
        id="latest"
        title="What happened last"
        actions={<ActionLink href={dashboardPaths.events}>All events</ActionLink>}
      >
        <EventTable events={events} now={workspace.now} />
      </Part>
    </Workspace>
  )
}
