import { Notice } from '../../html/notice.tsx'
import type { ApplicationObject } from '../../objects/application.ts'
import { paths } from '../../protocol/paths.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { Integration, PlacedIntegration, Snippet } from '../snippets/snippet.ts'
import { ApplicationTabs, applicationPath } from './application-tabs.tsx'
import { CodeBlock, Copyable, Facts, Part } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

interface IntegrationCodeProps {
  readonly application: ApplicationObject
  /** Undefined where its values cannot stand in code. */
  readonly integration: PlacedIntegration | undefined
  readonly snippets: readonly Snippet[]
  /** The one that is shown. */
  readonly snippet?: Snippet
  /** Of the page of the application. */
  readonly path: string
}

export const ApplicationIntegration = ({
  workspace,
  ...props
}: Omit<IntegrationCodeProps, 'path'> & { readonly workspace: WorkspaceProps }) => {
  const { application } = props
  const path = applicationPath(application)
  return (
    <Workspace
      workspace={workspace}
      section="applications"
      title="Integrate"
      about="Code that runs as it stands, with the values of this application. Any library of OAuth 2.0 or OpenID Connect will do: it finds the rest by discovery."
      crumbs={[
        { label: 'Applications', href: dashboardPaths.applications },
        { label: application.name, href: path },
      ]}
    >
      <ApplicationTabs application={application} current="/integrate" />
      <IntegrationCode {...props} path={path} />
    </Workspace>
  )
}

/** What the code needs to know, and the code. */
export const IntegrationCode = (props: IntegrationCodeProps) => {
  const { path, application, integration, snippets, snippet } = props
  return integration === undefined || snippet === undefined ? (
    <div class="empty">
      <p>The client ID of this application is an address that cannot stand in code as it is.</p>
    </div>
  ) : (
    <>
      <Facts facts={factsOf(application, integration)} />
      <Part id="code" title="Code" about={snippet.about}>
        <nav class="snippet-tabs" aria-label="Libraries">
          <ul>
            {snippets.map(({ id, label }) => (
              <li key={id}>
                <a
                  id={`with-${id}`}
                  href={`${path}/integrate?with=${id}#code`}
                  {...(id === snippet.id && { 'aria-current': 'true' as const })}
                >
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {integration.exampleBecause !== undefined && (
          <Notice kind="caution">
            {integration.exampleBecause === 'none_of_web' ? (
              <>
                It has no redirect URI that a server could answer at, so one of an example is here:{' '}
                <a href={path}>register yours</a>.
              </>
            ) : (
              'Its redirect URIs hold characters that mean something else in one language or the other, so one of an example is here: put in yours, quoted as the language has it.'
            )}
          </Notice>
        )}
        {snippet.install !== undefined && (
          <p class="snippet-install">
            {snippet.file.endsWith('.yml') ? 'Needs ' : 'First '}
            <Copyable id="install" value={snippet.install} />
          </p>
        )}
        <CodeBlock id="snippet" label={snippet.file} code={snippet.code} />
        {snippet.code.includes('CLIENT_SECRET') && (
          <p class="snippet-secret">
            It reads the secret from the environment variable <code>CLIENT_SECRET</code>, where no repository
            keeps it. <a href={`${path}#secrets`}>Make one</a> if you have none at hand: they are shown once.
          </p>
        )}
      </Part>
    </>
  )
}

const factsOf = (application: ApplicationObject, { issuer, clientId, audience, scopes }: Integration) => [
  ['Issuer', <Copyable key="issuer" id="issuer" value={issuer} />] as const,
  ['Discovery', <Copyable key="discovery" value={issuer + paths.openidConfiguration} />] as const,
  ['Client ID', <Copyable key="client-id" value={clientId} />] as const,
  ...('redirect_uris' in application
    ? application.redirect_uris.map(
        ({ uri }) => ['Redirect URI', <Copyable key={uri} value={uri} />] as const,
      )
    : []),
  [
    'Scopes',
    scopes.length > 0 ? <Copyable key="scopes" value={scopes.join(' ')} /> : 'all that it may ask for',
  ] as const,
  ['Audience of access tokens', <Copyable key="audience" value={audience} />] as const,
]
