import { AlertIcon, CheckIcon } from '../../html/icons.tsx'
import { Filled } from '../../html/sentence.tsx'
import type { Text } from '../text/index.ts'

export interface ConsentScope {
  readonly name: string
  readonly title: string
  readonly description?: string
  /** What it is limited to, member by member (RFC 9396). */
  readonly members?: readonly { readonly label: string; readonly values: readonly string[] }[]
  /** Not among what was granted before. */
  readonly isNew?: boolean
  /** Present if it may be left out. */
  readonly choice?: { readonly isTicked: boolean }
}

export interface RequestedScopesProps {
  readonly text: Text
  readonly scopes: readonly ConsentScope[]
  /** Everything was unticked. */
  readonly isNothingLeft: boolean
}

/** Under what name the form has a tick: a form from before says of what. */
export const nameOfTick = (scope: string): string => `scope:${scope}`

const HINT_ID = 'scopes-hint'
const ERROR_ID = 'scopes-error'

/** What the application asks for; what may be left out has a box to untick. */
export const RequestedScopes = ({ text, scopes, isNothingLeft }: RequestedScopesProps) => {
  const hasHint = !isNothingLeft && scopes.some(({ choice }) => choice)
  return (
    <>
      {hasHint && (
        <p id={HINT_ID} class="scopes-hint">
          {text.scopeChoice.hint}
        </p>
      )}
      {isNothingLeft && (
        <p id={ERROR_ID} class="field-error" role="alert">
          <AlertIcon />
          <span>
            <Filled
              sentence={text.scopeChoice.nothingLeft}
              values={{ deny: <strong>{text.consent.deny}</strong> }}
            />
          </span>
        </p>
      )}
      <List
        scopes={scopes}
        newLabel={text.consent.newScope}
        describedBy={isNothingLeft ? ERROR_ID : hasHint ? HINT_ID : undefined}
      />
    </>
  )
}

const List = (props: {
  readonly scopes: RequestedScopesProps['scopes']
  readonly newLabel: string
  /** Heard with the first box: with each it would be heard over and over. */
  readonly describedBy: string | undefined
}) => {
  const { scopes, newLabel, describedBy } = props
  const first = scopes.findIndex(({ choice }) => choice)
  return (
    <ul class="scope-list">
      {scopes.map((scope, place) => {
        const words = <Words scope={scope} newLabel={newLabel} />
        if (!scope.choice) {
          return (
            <li key={scope.name}>
              <CheckIcon />
              <div>{words}</div>
            </li>
          )
        }
        const id = `scope-${place}`
        return (
          <li key={scope.name}>
            <input
              type="checkbox"
              id={id}
              name={nameOfTick(scope.name)}
              value="allow"
              checked={scope.choice.isTicked}
              {...(place === first && describedBy !== undefined && { 'aria-describedby': describedBy })}
            />
            <label for={id}>{words}</label>
          </li>
        )
      })}
    </ul>
  )
}

const Words = ({ scope, newLabel }: { scope: ConsentScope; newLabel: string }) => (
  <>
    <span class="scope-title">
      <span>
        <bdi>{scope.title}</bdi>
      </span>
      {scope.isNew && <span class="badge">{newLabel}</span>}
    </span>
    {scope.description !== undefined && (
      <span class="scope-description">
        <bdi>{scope.description}</bdi>
      </span>
    )}
    {scope.members !== undefined && scope.members.length > 0 && <Members members={scope.members} />}
  </>
)

const Members = ({ members }: { members: NonNullable<ConsentScope['members']> }) => (
  <dl class="detail-members">
    {members.map(({ label, values }) => (
      <div key={label}>
        <dt>
          <bdi>{label}</bdi>
        </dt>
        {values.map((value) => (
          <dd key={value}>
            <bdi>{value}</bdi>
          </dd>
        ))}
      </div>
    ))}
  </dl>
)
