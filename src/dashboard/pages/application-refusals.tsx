import type { ApplicationObject } from '../../objects/application.ts'
import type { ListObject } from '../../objects/list.ts'
import type { RefusedRequestObject } from '../../objects/refused-request.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { ApplicationTabs, applicationPath } from './application-tabs.tsx'
import { Badge, Moment, Pager } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const ApplicationRefusals = (props: {
  readonly workspace: WorkspaceProps
  readonly application: ApplicationObject
  readonly refusals: Pick<ListObject<RefusedRequestObject>, 'data' | 'list_metadata'>
}) => {
  const { workspace, application, refusals } = props
  const path = applicationPath(application)
  return (
    <Workspace
      workspace={workspace}
      section="applications"
      title="Refused requests"
      about="What was refused in the name of this application within seven days, and why. What is refused in the same way is one entry."
      crumbs={[
        { label: 'Applications', href: dashboardPaths.applications },
        { label: application.name, href: path },
      ]}
    >
      <ApplicationTabs application={application} current="/refusals" />
      <RefusalList path={path} refusals={refusals} now={workspace.now} />
    </Workspace>
  )
}

/** Below the page of the application, whose path it is given. */
export const RefusalList = (props: {
  readonly path: string
  readonly refusals: Pick<ListObject<RefusedRequestObject>, 'data' | 'list_metadata'>
  readonly now: Date
}) => {
  const { path, refusals, now } = props
  return (
    <>
      {refusals.data.length === 0 ? (
        <div class="empty">
          <p>
            Nothing was refused lately. A request that goes wrong is here within ten seconds, with the check
            that it failed, what was sent and what is registered.
          </p>
          <p>
            <a href={`${path}/integrate`}>Code to begin with</a>
          </p>
        </div>
      ) : (
        <>
          <ol class="refusals">
            {refusals.data.map((refusal) => (
              <Refusal key={refusal.id} refusal={refusal} now={now} />
            ))}
          </ol>
          <p class="refusals-note">
            Anybody can name an application and be refused for it: an entry says that somebody sent it.
          </p>
        </>
      )}
      <Pager path={`${path}/refusals`} cursors={refusals.list_metadata} />
    </>
  )
}

/** What was sent before what would have been right, and then what we make of the two. */
const ORIGINS = ['sent', 'registered', 'found']

const inOrder = (facts: RefusedRequestObject['facts']) =>
  Object.entries(facts).toSorted(
    ([one], [other]) => placeOf(one) - placeOf(other) || one.localeCompare(other),
  )

const placeOf = (label: string): number => ORIGINS.indexOf(label.split(' ', 1)[0] ?? '')

const Refusal = ({ refusal, now }: { readonly refusal: RefusedRequestObject; readonly now: Date }) => (
  <li class="refusal" id={refusal.id}>
    <header>
      <h2>
        <code>{refusal.error}</code>
      </h2>
      <Badge tone={refusal.times > 1 ? 'caution' : 'quiet'}>
        {refusal.times === 1 ? 'once' : `${refusal.times} times`}
      </Badge>
      <p class="refusal-when">
        <Moment at={refusal.last_refused_at} now={now} />
        {refusal.times > 1 && (
          <>
            , first <Moment at={refusal.first_refused_at} now={now} />
          </>
        )}
      </p>
    </header>
    {refusal.reason !== null && <p class="refusal-reason">{refusal.reason}</p>}
    <dl class="refusal-facts">
      <div>
        <dt>endpoint</dt>
        <dd>
          <code>{refusal.endpoint}</code> answered {refusal.status}
        </dd>
      </div>
      {inOrder(refusal.facts).map(([label, values]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {values.length === 0
              ? 'nothing'
              : values.map((value) => (
                  <code key={value} dir="ltr">
                    {value}
                  </code>
                ))}
          </dd>
        </div>
      ))}
      <div>
        <dt>reference</dt>
        <dd>
          <code>{refusal.request_id}</code>
        </dd>
      </div>
    </dl>
  </li>
)
