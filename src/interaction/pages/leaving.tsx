import type { ResponseLocation } from '../../authorization/response.ts'
import { Button } from '../../html/form.tsx'
import { type Logo, Tile } from '../../html/logo.tsx'
import { Notice } from '../../html/notice.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import type { RegisteredRedirectUri } from '../../protocol/registered-redirect-uri.ts'
import { type Failure, FailureDetail, Reference } from './failure-detail.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface LeavingProps extends FrameProps {
  readonly application: { readonly name: string; readonly logo?: Logo }
  /** The host of the redirection URI. */
  readonly destination: string
  readonly problem: { readonly message: string; readonly code: string }
  readonly referenceId: string
  readonly developerDetail?: Failure
  /** The answer, for the user to take there: only what was registered compiles. */
  readonly onward:
    | { readonly location: ResponseLocation }
    | { readonly action: RegisteredRedirectUri; readonly fields: Readonly<Record<string, string>> }
}

/** RFC 9700 §4.11.2: a refusal whose way to the application nobody has checked. */
export const Leaving = (props: LeavingProps) => {
  const { text, application, destination, problem } = props
  return (
    <Frame
      frame={props}
      title={fill(text.leaving.title, { application: application.name })}
      width="wide"
      hasErrors
    >
      <div class="heading">
        <Tile name={application.name} logo={application.logo} large />
        <h1>
          <Filled sentence={text.leaving.title} values={{ application: application.name }} />
        </h1>
      </div>
      <dl class="facts">
        <div>
          <dt>{text.leaving.problem}</dt>
          <dd id="problem">
            {problem.message} <code>{problem.code}</code>
          </dd>
        </div>
        <div>
          <dt>{text.leaving.destination}</dt>
          <dd>
            <strong id="destination">
              <bdi>{destination}</bdi>
            </strong>
          </dd>
        </div>
      </dl>
      <Notice kind="caution">{text.leaving.unchecked}</Notice>
      <Onward {...props} />
      <Reference text={text} id={props.referenceId} />
      {props.developerDetail && <FailureDetail text={text} failure={props.developerDetail} />}
    </Frame>
  )
}

const Onward = ({ text, destination, onward }: LeavingProps) => {
  const label = <Filled sentence={text.leaving.continue} values={{ host: destination }} />
  if ('location' in onward) {
    return (
      <a id="continue" class="button button-choice" href={onward.location}>
        <span>{label}</span>
      </a>
    )
  }
  return (
    // Not one of our forms: it leads to the application, which is no business of our CSRF token.
    <form id="response" method="post" action={onward.action} class="stack">
      {Object.entries(onward.fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button id="continue" weight="choice">
        <span>{label}</span>
      </Button>
    </form>
  )
}
