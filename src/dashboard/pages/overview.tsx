import { dashboardPaths } from '../dashboard-paths.ts'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const Overview = ({ workspace }: { readonly workspace: WorkspaceProps }) => (
  <Workspace workspace={workspace} section="overview" title="Overview">
    <div class="empty">
      <p>
        Who may be here is said under <a href={dashboardPaths.operators}>operators</a>.
      </p>
    </div>
  </Workspace>
)
