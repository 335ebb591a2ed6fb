import { type Logo, Tile } from '../../html/logo.tsx'
import { Filled } from '../../html/sentence.tsx'
import { Reference } from './failure-detail.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface ExpiredRequestProps extends FrameProps {
  readonly application: { readonly name: string; readonly logo?: Logo }
  /** Where the application begins anew. */
  readonly startOver: string
  readonly referenceId: string
}

/** A request that took too long, of an application that can be asked to make it once more. */
export const ExpiredRequestPage = (props: ExpiredRequestProps) => {
  const { text, application, startOver } = props
  const { title, message } = text.errors.requestExpired
  return (
    <Frame frame={props} title={title}>
      <div class="heading">
        <Tile name={application.name} logo={application.logo} large />
        <h1>{title}</h1>
        <p>{message}</p>
      </div>
      <a id="start-over" class="button button-primary" href={startOver}>
        <span>
          <Filled sentence={text.signedOut.continueTo} values={{ application: application.name }} />
        </span>
      </a>
      <Reference text={text} id={props.referenceId} />
    </Frame>
  )
}
