import type { ApplicationObject } from '../../objects/application.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { isForPeople } from '../require-people.ts'
import type { WorkspaceProps } from './workspace.tsx'

/** The pages of an application, by what follows its own address. One that is not built is not listed. */
const tabs = [
  { below: '', label: 'Overview' },
  { below: '/settings', label: 'Settings' },
  { below: '/logos', label: 'Logos', isForPeople: true },
  { below: '/people', label: 'People', isForPeople: true },
  { below: '/integrate', label: 'Integrate' },
  { below: '/try', label: 'Try it' },
  { below: '/refusals', label: 'Refused requests' },
] as const

export type ApplicationTab = (typeof tabs)[number]['below']

export const applicationPath = ({ id }: Pick<ApplicationObject, 'id'>, below: ApplicationTab = ''): string =>
  `${dashboardPaths.applications}/${id}${below}`

/** The way to the pages beside this one. */
export const ApplicationTabs = (props: {
  readonly application: Pick<ApplicationObject, 'id' | 'application_type'>
  readonly current: ApplicationTab
}) => (
  <nav class="page-tabs" aria-label="Pages of the application">
    <ul>
      {tabs
        .filter((tab) => !('isForPeople' in tab) || isForPeople(props.application))
        .map(({ below, label }) => (
          <li key={below}>
            <a
              id={`tab${below.replace('/', '-')}`}
              href={applicationPath(props.application, below)}
              {...(below === props.current && { 'aria-current': 'page' as const })}
            >
              {label}
            </a>
          </li>
        ))}
    </ul>
  </nav>
)

/** What the frame of each of them is called with. */
export const applicationFrame = (workspace: WorkspaceProps, application: ApplicationObject) => ({
  workspace,
  section: 'applications' as const,
  crumbs: [
    { label: 'Applications', href: dashboardPaths.applications },
    { label: application.name, href: applicationPath(application) },
  ],
})
