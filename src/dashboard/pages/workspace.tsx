import type { ComponentChildren } from 'preact'
import { Button, Form } from '../../html/form.tsx'
import { CheckIcon } from '../../html/icons.tsx'
import { Brand, type Branding, Head } from '../../html/layout.tsx'
import type { Account } from '../../interaction/pages/account.tsx'
import type { ManagementPermission } from '../../protocol/management-permission.ts'
import type { OperatorRole } from '../../protocol/operator-role.ts'
import { paths } from '../../protocol/paths.ts'
import { type DashboardSection, dashboardPaths } from '../dashboard-paths.ts'

/** What is around every page of the dashboard. */
export interface WorkspaceProps {
  readonly branding: Branding
  readonly stylesheetPath: string
  readonly scriptPath: string
  readonly account: Account
  readonly role: OperatorRole
  readonly may: (permission: ManagementPermission) => boolean
  readonly csrfToken: string
  readonly now: Date
  /** What was done a moment ago. */
  readonly notice?: string
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

/** Sections that are there; a link to any other would lead nowhere. */
const built: ReadonlySet<DashboardSection> = new Set<DashboardSection>([
  'overview',
  'operators',
  'permissions',
  'roles',
  'apiKeys',
  'signingKeys',
  'webhooks',
  'events',
  'organizations',
  'users',
  'applications',
])

const roleNames: Readonly<Record<OperatorRole, string>> = { owner: 'Owner', admin: 'Admin', viewer: 'Viewer' }

export interface Crumb {
  readonly label: ComponentChildren
  readonly href: string
}

export const Workspace = (props: {
  readonly workspace: WorkspaceProps
  readonly section: DashboardSection
  /** Of the page, in its heading and in the tab of the browser. */
  readonly title: string
  /** One sentence below the heading. */
  readonly about?: ComponentChildren
  /** The way here, without the page itself. */
  readonly crumbs?: readonly Crumb[]
  /** What can be done, beside the heading. */
  readonly actions?: ComponentChildren
  readonly hasErrors?: boolean
  readonly query?: string
  readonly children: ComponentChildren
}) => {
  const { branding, stylesheetPath, scriptPath, notice } = props.workspace
  const title = `${props.title} · ${branding.name} dashboard`
  return (
    <html lang="en" dir="ltr">
      <Head
        title={props.hasErrors ? `Error: ${title}` : title}
        {...{ branding, stylesheetPath, scriptPath }}
      />
      <body class="workspace">
        <a class="skip-link" href="#main">
          Skip to the content
        </a>
        <Top {...props.workspace} query={props.query} />
        <Navigation {...props.workspace} section={props.section} />
        <main id="main" class="workspace-main" tabIndex={-1}>
          {props.crumbs && (
            <nav class="crumbs" aria-label="Breadcrumb">
              <ol>
                {props.crumbs.map(({ label, href }) => (
                  <li key={href}>
                    <a href={href}>{label}</a>
                  </li>
                ))}
              </ol>
            </nav>
          )}
          <header class="page-head">
            <div>
              <h1>{props.title}</h1>
              {props.about !== undefined && <p class="page-about">{props.about}</p>}
            </div>
            {props.actions !== undefined && <div class="page-actions">{props.actions}</div>}
          </header>
          {notice !== undefined && (
            <div id="notice" class="notice notice-done" role="status">
              <CheckIcon />
              <p>{notice}</p>
            </div>
          )}
          {props.children}
        </main>
      </body>
    </html>
  )
}

const Top = ({
  branding,
  account,
  role,
  csrfToken,
  query,
}: WorkspaceProps & { readonly query: string | undefined }) => (
  <header class="workspace-top">
    <a class="workspace-brand" href={paths.dashboard}>
      <Brand branding={branding} />
    </a>
    {built.has('search') && (
      <search class="search">
        <form action={dashboardPaths.search} method="get">
          <label class="hidden-label" for="search">
            Search by name, e-mail address or ID
          </label>
          <input
            id="search"
            type="search"
            name="q"
            placeholder="Name, e-mail address or any ID"
            autocomplete="off"
            value={query}
          />
          <button class="hidden-label" type="submit">
            Search
          </button>
        </form>
      </search>
    )}
    <div class="workspace-account">
      <p>
        <a href={paths.account}>
          <bdi>{account.name ?? account.email}</bdi>
        </a>{' '}
        <span class="badge">{roleNames[role]}</span>
      </p>
      <Form action={paths.signOut} csrfToken={csrfToken}>
        <Button id="sign-out" weight="quiet">
          Sign out
        </Button>
      </Form>
    </div>
  </header>
)

const Navigation = ({ section, may }: WorkspaceProps & { readonly section: DashboardSection }) => (
  <nav class="workspace-nav" aria-label="Sections">
    {groups
      .filter(({ entries }) => entries.some((entry) => built.has(entry.section)))
      .map(({ label, entries }) => (
        <div class="nav-group" key={label}>
          <p class="nav-label">{label}</p>
          <ul>
            {entries
              .filter(
                ({ section: one, permission }) =>
                  built.has(one) && (permission === undefined || may(permission)),
              )
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
