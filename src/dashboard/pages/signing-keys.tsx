import type { ComponentChildren } from 'preact'
import type { SigningKeyObject } from '../../objects/signing-key.ts'
import { paths } from '../../protocol/paths.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { Badge, DataTable, Moment } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const states = {
  upcoming: {
    tone: 'caution',
    label: 'Upcoming',
    about: 'Published, so that verifiers have it when it signs.',
  },
  active: { tone: 'good', label: 'Active', about: 'Signs.' },
  retiring: {
    tone: 'quiet',
    label: 'Retiring',
    about: 'Signs no more; published until its last token has expired.',
  },
  retired: { tone: 'quiet', label: 'Retired', about: 'Forgotten: what it signed is accepted no more.' },
} as const

export const SigningKeys = (props: {
  readonly workspace: WorkspaceProps
  readonly keys: readonly SigningKeyObject[]
}) => {
  const { workspace, keys } = props
  const { now } = workspace
  const moment = (at: string | null): ComponentChildren => (at === null ? '—' : <Moment at={at} now={now} />)
  return (
    <Workspace
      workspace={workspace}
      section="signingKeys"
      title="Signing keys"
      about={
        <>
          What tokens are signed with. Verifiers find the public parts at{' '}
          <a href={paths.jwks}>{paths.jwks}</a>. Each key gets a successor by itself in time; nothing needs to
          be done here.
        </>
      }
    >
      <DataTable
        caption="Signing keys"
        rows={keys}
        idOf={({ kid }) => kid}
        empty={<p>There is no key: the server makes one within a minute of its start.</p>}
        columns={[
          {
            label: 'Key',
            of: ({ kid }) => (
              <a href={`${dashboardPaths.signingKeys}/${kid}`}>
                <code>{kid}</code>
              </a>
            ),
          },
          { label: 'Algorithm', of: ({ algorithm }) => algorithm },
          {
            label: 'State',
            of: ({ state }) => <Badge tone={states[state].tone}>{states[state].label}</Badge>,
          },
          { label: 'Signs from', isEnd: true, of: ({ activates_at }) => moment(activates_at) },
          { label: 'Signs until', isEnd: true, of: ({ retires_at }) => moment(retires_at) },
          { label: 'Published until', isEnd: true, of: ({ withdrawn_at }) => moment(withdrawn_at) },
        ]}
      />
      <dl class="legend">
        {Object.values(states).map(({ tone, label, about }) => (
          <div key={label}>
            <dt>
              <Badge tone={tone}>{label}</Badge>
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </Workspace>
  )
}
