import { AlertIcon } from '../../html/icons.tsx'
import { type Failure, FailureDetail, Reference } from './failure-detail.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface ErrorPageProps extends FrameProps {
  readonly title: string
  /** What the reader can do now. */
  readonly message: string
  /** Finds the log line; absent where there is nothing to find. */
  readonly referenceId?: string
  /** For whoever builds the application; never holding a credential. */
  readonly developerDetail?: Failure
}

/** Shown when there is nowhere to send the browser back to. */
export const ErrorPage = (props: ErrorPageProps) => {
  const { text, referenceId, developerDetail } = props
  return (
    <Frame frame={props} title={props.title} width="wide">
      <div class="heading">
        <span class="tile tile-large outcome outcome-problem">
          <AlertIcon />
        </span>
        <h1>{props.title}</h1>
        <p>{props.message}</p>
      </div>
      {referenceId !== undefined && <Reference text={text} id={referenceId} />}
      {developerDetail && <FailureDetail text={text} failure={developerDetail} />}
    </Frame>
  )
}
