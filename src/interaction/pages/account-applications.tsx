import { type Logo, Tile } from '../../html/logo.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import type { Text } from '../text/index.ts'
import { AccountFrame, type AccountFrameProps, AccountPart } from './account-frame.tsx'
import { type Moment, When } from './moment.tsx'
import { Paging, type PagingProps } from './paging.tsx'

export interface ShownApplication {
  readonly id: string
  readonly href: string
  readonly name: string
  readonly logo?: Logo
  /** Who owns it, if not the operator; null if it registered itself. */
  readonly owner?: string | null
  /** In whose name it was allowed. */
  readonly organization?: string
  /** What it may do, in a few words each. */
  readonly may: readonly string[]
  readonly since: Moment
  readonly lastUsed?: Moment
}

export interface AccountApplicationsProps extends AccountFrameProps {
  readonly applications: readonly ShownApplication[]
  /** The operator's, which ask nobody; those that go on without their user. */
  readonly ofOperator: readonly ShownApplication[]
  readonly paging: PagingProps
}

export const AccountApplications = (props: AccountApplicationsProps) => {
  const { text, branding, applications, ofOperator, paging } = props
  const isWhole = Object.keys(paging).length === 0
  const { applications: words } = text.accountPages
  return (
    <AccountFrame frame={props} title={words.title} section="applications">
      <div class="heading heading-start">
        <h1>{words.title}</h1>
        {applications.length > 0 && <p>{words.about}</p>}
      </div>
      {applications.length > 0 && <List text={text} applications={applications} />}
      {applications.length === 0 && isWhole && <p class="account-none">{words.none}</p>}
      {ofOperator.length > 0 && (
        <AccountPart
          id="of-operator"
          title={<Filled sentence={words.ofOperator} values={{ operator: branding.name }} />}
          about={words.ofOperatorAbout}
        >
          <List text={text} applications={ofOperator} />
        </AccountPart>
      )}
      <Paging text={text} paging={paging} />
    </AccountFrame>
  )
}

const List = ({ text, applications }: Pick<AccountApplicationsProps, 'text' | 'applications'>) => (
  <ul class="panel">
    {applications.map((application) => (
      <Application key={application.id} text={text} application={application} />
    ))}
  </ul>
)

const Application = ({
  text,
  application,
}: {
  readonly text: Text
  readonly application: ShownApplication
}) => {
  const { id, href, name, logo, may, since, lastUsed } = application
  const { applications: words } = text.accountPages
  return (
    <li class="entry">
      <Tile name={name} logo={logo} />
      <div class="entry-body">
        <div class="entry-text">
          <span class="entry-name">
            <bdi>{name}</bdi>
          </span>
          <Whose text={text} application={application} />
          {may.length > 0 && (
            <ul class="entry-list">
              {may.map((one) => (
                <li key={one}>
                  <bdi>{one}</bdi>
                </li>
              ))}
            </ul>
          )}
          <span class="entry-detail">
            <Filled sentence={words.since} values={{ when: <When at={since} /> }} />
            {lastUsed && (
              <>
                {' · '}
                <Filled sentence={words.lastUsed} values={{ when: <When at={lastUsed} /> }} />
              </>
            )}
          </span>
        </div>
        <a
          id={`details-${id}`}
          class="button button-quiet"
          href={href}
          aria-label={fill(words.detailsOf, { application: name })}
        >
          {words.details}
        </a>
      </div>
    </li>
  )
}

const Whose = ({ text, application }: { readonly text: Text; readonly application: ShownApplication }) => {
  const { applications: words } = text.accountPages
  const { owner, organization } = application
  if (owner === undefined && organization === undefined) return null
  return (
    <span class="entry-detail">
      {owner === null && words.unknownProvider}
      {owner != null && <Filled sentence={words.providedBy} values={{ organization: owner }} />}
      {organization !== undefined && (
        <>
          {owner !== undefined && ' · '}
          <Filled sentence={words.inNameOf} values={{ organization }} />
        </>
      )}
    </span>
  )
}
