import type { ComponentChildren } from 'preact'
import type { CheckupObject } from '../../objects/statistics.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import { DataTable, Moment, Part } from './parts.tsx'

/** What somebody should look at, or that there is nothing. */
export const Checkup = (props: { readonly checkup: CheckupObject; readonly now: Date }) => {
  const { checkup, now } = props
  const {
    credentials_never_used: unused,
    credentials_over_a_year: old,
    failing_applications: failing,
    late_deliveries: late,
  } = checkup
  const keys = checkup.signing_keys.flatMap((key) => keyTrouble(key) ?? [])
  const isWell = keys.length + late.length + unused.length + old.length + failing.length === 0
  return (
    <Part
      id="checkup"
      title="Worth a look"
      about={
        isWell
          ? 'Nothing: keys sign and change in time, nothing waits to be delivered, no application fails again and again, and every secret is used and less than a year old.'
          : undefined
      }
    >
      {keys.map((trouble) => (
        <p key={trouble} class="field-error">
          {trouble} <a href={dashboardPaths.signingKeys}>Signing keys</a>
        </p>
      ))}
      {late.map(({ queue, waiting, overdue_seconds }) => (
        <p key={queue} id={`late-${queue}`} class="field-error">
          {queueNames[queue] ?? queue}: {waiting.toLocaleString('en')} wait to be delivered, the first for{' '}
          {Math.ceil(overdue_seconds / 60)} minutes too long. No node attempts them: look at the logs for the
          job that delivers.
        </p>
      ))}
      {failing.length > 0 && (
        <Titled title="Applications that fail" id="failing">
          <DataTable
            caption="Applications that fail"
            rows={failing}
            idOf={({ application_id }) => `failing-${application_id}`}
            empty=""
            columns={[
              {
                label: 'Application',
                of: ({ application_id, application_name }) => (
                  <a href={`${dashboardPaths.applications}/${application_id}/refusals`}>
                    <bdi>{application_name}</bdi>
                  </a>
                ),
              },
              { label: 'Refused', isEnd: true, of: ({ refused }) => refused },
              {
                label: 'Last',
                isEnd: true,
                of: ({ last_refused_at }) => <Moment at={last_refused_at} now={now} />,
              },
            ]}
          />
        </Titled>
      )}
      {unused.length > 0 && (
        <Titled title="Secrets that nobody has used" id="unused">
          <Credentials
            caption="Secrets that nobody has used"
            credentials={unused}
            now={now}
            prefix="unused"
          />
        </Titled>
      )}
      {old.length > 0 && (
        <Titled title="Secrets older than a year" id="old">
          <Credentials caption="Secrets older than a year" credentials={old} now={now} prefix="old" />
        </Titled>
      )}
    </Part>
  )
}

const queueNames: Readonly<Record<string, string>> = {
  webhooks: 'Webhooks',
  logouts: 'Logouts that applications are told of',
  mail: 'Mail',
}

/** The job that changes keys runs each hour. */
const LATE_SECONDS = 2 * 3600

const keyTrouble = ({
  algorithm,
  kid,
  rotates_in_seconds,
}: CheckupObject['signing_keys'][number]): string | undefined => {
  if (kid === null) return `No key signs with ${algorithm}.`
  return rotates_in_seconds < -LATE_SECONDS
    ? `The key that signs with ${algorithm} should have had a successor.`
    : undefined
}

const Titled = (props: {
  readonly title: string
  readonly id: string
  readonly children: ComponentChildren
}) => (
  <section aria-labelledby={`${props.id}-title`}>
    <h3 id={`${props.id}-title`}>{props.title}</h3>
    {props.children}
  </section>
)

const Credentials = (props: {
  readonly caption: string
  readonly credentials: CheckupObject['credentials_never_used']
  readonly now: Date
  readonly prefix: string
}) => (
  <DataTable
    caption={props.caption}
    rows={props.credentials}
    idOf={({ id }) => `${props.prefix}-${id}`}
    empty=""
    columns={[
      {
        label: 'Secret',
        of: ({ id, secret_hint, application_id }) => (
          <a href={`${dashboardPaths.applications}/${application_id}/secrets/${id}`}>
            <code>…{secret_hint}</code>
          </a>
        ),
      },
      {
        label: 'Application',
        of: ({ application_id, application_name }) => (
          <a href={`${dashboardPaths.applications}/${application_id}`}>
            <bdi>{application_name}</bdi>
          </a>
        ),
      },
      {
        label: 'Last used',
        isEnd: true,
        of: ({ last_used_at }) =>
          last_used_at === null ? 'never' : <Moment at={last_used_at} now={props.now} />,
      },
      { label: 'Created', isEnd: true, of: ({ created_at }) => <Moment at={created_at} now={props.now} /> },
    ]}
  />
)
