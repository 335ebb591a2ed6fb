import { Notice } from '../../html/notice.tsx'
import { type DashboardSection, dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { ConfirmByTyping, Facts, Moment, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

/** What is to be removed from the page of something else. */
export interface Doomed {
  readonly title: string
  /** Of its page. */
  readonly path: string
  /** Of which thing it is one. */
  readonly of: {
    readonly section: keyof typeof sections
    readonly label: string
    readonly href: string
  }
  readonly facts: Readonly<Record<string, string>>
  readonly since: string
  /** What is typed to confirm. */
  readonly word: string
  readonly button: string
  readonly consequences: string
  /** Whether it is for whoever looks to decide, as far as it is somebody else's. */
  readonly isWithinReach: boolean
}

const sections = {
  organizations: 'Organizations',
  users: 'Users',
} as const satisfies Partial<Record<DashboardSection, string>>

/** A page for a removal alone: what goes is seen once more, with all that goes along. */
export const Removal = (props: {
  readonly workspace: WorkspaceProps
  readonly doomed: Doomed
  readonly form: FilledForm
}) => {
  const { workspace, doomed, form } = props
  const { title, path, of, isWithinReach, facts, since, word, button, consequences } = doomed
  return (
    <Workspace
      workspace={workspace}
      section={of.section}
      title={title}
      crumbs={[
        { label: sections[of.section], href: dashboardPaths[of.section] },
        { label: <bdi>{of.label}</bdi>, href: of.href },
      ]}
      hasErrors={form.hasErrors}
    >
      <Facts
        facts={[
          ...Object.entries(facts),
          ['Since', <Moment key="since" at={since} now={workspace.now} />] as const,
        ]}
      />
      {workspace.may('users:write') && !isWithinReach && <BeyondReach />}
      {workspace.may('users:write') && isWithinReach && (
        <Part id="remove" title="Remove" isDanger>
          <ConfirmByTyping
            action={path}
            csrfToken={workspace.csrfToken}
            form={form}
            word={word}
            button={button}
            consequences={<p>{consequences}</p>}
          />
        </Part>
      )}
    </Workspace>
  )
}

/** Of an operator who may do more: why there is no form. */
export const BeyondReach = () => (
  <Notice kind="note" id="beyond-reach">
    An operator who may do more than you may: how they sign in, and whether the account stays, is for others
    to decide.
  </Notice>
)
