import type { SearchResultsObject } from '../../objects/search-result.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { Badge, DataTable } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

type Result = SearchResultsObject['data'][number]

const kinds: Readonly<Record<Result['type'], { readonly label: string; readonly path: string }>> = {
  user: { label: 'User', path: dashboardPaths.users },
  organization: { label: 'Organization', path: dashboardPaths.organizations },
  application: { label: 'Application', path: dashboardPaths.applications },
  credential: { label: 'Client secret', path: dashboardPaths.applications },
  permission: { label: 'Permission', path: dashboardPaths.permissions },
  role: { label: 'Role', path: dashboardPaths.roles },
  webhook_endpoint: { label: 'Webhook', path: dashboardPaths.webhooks },
  api_key: { label: 'API key', path: dashboardPaths.apiKeys },
  signing_key: { label: 'Signing key', path: dashboardPaths.signingKeys },
  identity_provider: {
    label: 'Identity provider',
    path: `${dashboardPaths.settings}/identity-providers`,
  },
  login_uri: { label: 'Login page', path: `${dashboardPaths.settings}/login-pages` },
  event: { label: 'Event', path: dashboardPaths.events },
}

export const pathOfResult = ({ type, id, parent_id }: Result): string => {
  const { path } = kinds[type]
  // A colon, which slugs have, may stand in a path.
  const segment = encodeURIComponent(id).replaceAll('%3A', ':')
  return parent_id === null ? `${path}/${segment}` : `${path}/${parent_id}/secrets/${segment}`
}

export const Search = (props: {
  readonly workspace: WorkspaceProps
  readonly q: string
  /** Undefined: nothing was asked for yet. */
  readonly results: readonly Result[] | undefined
}) => {
  const { workspace, q, results } = props
  return (
    <Workspace
      workspace={workspace}
      section="search"
      title="Search"
      query={q}
      about="By any ID, an external ID or a client ID, whole; by how a name or an e-mail address begins; by the domain of an organization."
    >
      {results !== undefined && (
        <DataTable
          caption="Results"
          rows={results}
          idOf={({ type, id }) => `${type}-${id}`}
          empty={
            <p>
              Nothing is called <bdi>{q}</bdi>, or begins with it. Names are searched from their beginning.
            </p>
          }
          columns={[
            {
              label: 'What',
              of: (result) => (
                <a href={pathOfResult(result)}>
                  <bdi>{result.title}</bdi>
                </a>
              ),
            },
            { label: 'Kind', of: ({ type }) => <Badge>{kinds[type].label}</Badge> },
            { label: 'More', of: ({ detail }) => <bdi>{detail}</bdi> },
            { label: 'ID', of: ({ id }) => <code>{id}</code> },
          ]}
        />
      )}
    </Workspace>
  )
}
