import { Shell, type ShellPage, type ShellProps, ShellTop } from '../../dashboard/pages/shell.tsx'
import { paths } from '../../protocol/paths.ts'
import type { ActiveMembership } from '../../storage/stores/memberships.ts'
import { organizationPath } from '../portal-paths.ts'

/** What is around every page of the portal. */
export interface PortalFrameProps extends ShellProps {
  readonly administered: readonly ActiveMembership[]
  /** Of the page, where it is of one. */
  readonly organization?: ActiveMembership
}

/** Organizations beside the page; beyond, they have a page of their own. */
const BESIDE = 8

export const PortalFrame = (props: ShellPage & { readonly workspace: PortalFrameProps }) => {
  const { workspace } = props
  return (
    <Shell
      {...props}
      titleOfAll={`${workspace.branding.name} developers`}
      top={<ShellTop {...workspace} href={paths.developers} />}
      navigation={<Organizations {...workspace} />}
    />
  )
}

const Organizations = ({ administered, organization }: PortalFrameProps) => {
  if (administered.length === 0) return null
  const shown = administered.slice(0, BESIDE)
  const isBeyond = organization !== undefined && !shown.includes(organization)
  return (
    <nav class="workspace-nav" aria-label="Organizations">
      <div class="nav-group">
        <p class="nav-label">Your organizations</p>
        <ul>
          {[...shown, ...(isBeyond ? [organization] : [])].map((one) => (
            <li key={one.organizationId}>
              <a
                href={organizationPath(one)}
                {...(one.organizationId === organization?.organizationId && {
                  'aria-current': 'page' as const,
                })}
              >
                <bdi>{one.organizationName}</bdi>
              </a>
            </li>
          ))}
          {administered.length > BESIDE && (
            <li>
              <a id="all-organizations" href={paths.developers}>
                All {administered.length}
              </a>
            </li>
          )}
        </ul>
      </div>
    </nav>
  )
}
