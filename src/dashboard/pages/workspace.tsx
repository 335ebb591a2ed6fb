import type { ManagementPermission } from '../../protocol/management-permission.ts'
import type { OperatorRole } from '../../protocol/operator-role.ts'
import { paths } from '../../protocol/paths.ts'
import { type DashboardSection, dashboardPaths } from '../dashboard-paths.ts'
import { Shell, type ShellPage, type ShellProps, ShellTop } from './shell.tsx'

/** What is around every page of the dashboard. */
export interface WorkspaceProps extends ShellProps {
  readonly role: OperatorRole
  readonly may: (permission: ManagementPermission) => boolean
}

interface Entry {
  readonly section: DashboardSection
  readonly label: string
  readonly permission?: ManagementPermission
}

const groups: readonly { readonly label: string; readonly entries: readonly Entry[] }[] = [
  { label: 'Now', entries: [{ section: 'overview', label: 'Overview' }] },
  {
    label: 'Identities',
    entries: [
      { section: 'applications', label: 'Applications', permission: 'applications:read' },
      { section: 'organizations', label: 'Organizations', permission: 'organizations:read' },
      { section: 'users', label: 'Users', permission: 'users:read' },
    ],
  },
  {
    label: 'Rights',
    entries: [
      { section: 'permissions', label: 'Permissions', permission: 'permissions:read' },
      { section: 'roles', label: 'Roles', permission: 'permissions:read' },
    ],
  },
  {
    label: 'Server',
    entries: [
      { section: 'events', label: 'Events', permission: 'events:read' },
      { section: 'webhooks', label: 'Webhooks', permission: 'webhooks:read' },
      { section: 'apiKeys', label: 'API keys', permission: 'api_keys:read' },
      { section: 'signingKeys', label: 'Signing keys', permission: 'environment:read' },
      { section: 'settings', label: 'Settings', permission: 'environment:read' },
      { section: 'operators', label: 'Operators', permission: 'operators:read' },
    ],
  },
]

const roleNames: Readonly<Record<OperatorRole, string>> = { owner: 'Owner', admin: 'Admin', viewer: 'Viewer' }

export const Workspace = (
  props: ShellPage & {
    readonly workspace: WorkspaceProps
    readonly section: DashboardSection
    readonly query?: string
  },
) => {
  const { workspace, query, section, ...rest } = props
  return (
    <Shell
      {...rest}
      workspace={workspace}
      titleOfAll={`${workspace.branding.name} dashboard`}
      top={<Top {...workspace} query={query} />}
      navigation={<Navigation {...workspace} section={section} />}
    />
  )
}

const Top = (props: WorkspaceProps & { readonly query: string | undefined }) => (
  <ShellTop {...props} href={paths.dashboard} badge={roleNames[props.role]}>
    <search class="search">
      <form action={dashboardPaths.search} method="get">
        <label class="hidden-label" for="search-all">
          Search by name, e-mail address or ID
        </label>
        <input
          id="search-all"
          type="search"
          name="q"
          placeholder="Name, e-mail address or any ID"
          autocomplete="off"
          value={props.query}
        />
      </form>
    </search>
  </ShellTop>
)

const Navigation = ({ section, may }: WorkspaceProps & { readonly section: DashboardSection }) => (
  <nav class="workspace-nav" aria-label="Sections">
    {groups.map(({ label, entries }) => (
      <div class="nav-group" key={label}>
        <p class="nav-label">{label}</p>
        <ul>
          {entries
            .filter(({ permission }) => permission === undefined || may(permission))
            .map((entry) => (
              <li key={entry.section}>
                <a
                  id={`to-${entry.section}`}
                  href={dashboardPaths[entry.section]}
                  {...(entry.section === section && { 'aria-current': 'page' as const })}
                >
                  {entry.label}
                </a>
              </li>
            ))}
        </ul>
      </div>
    ))}
  </nav>
)
