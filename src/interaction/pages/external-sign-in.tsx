import { Frame, type FrameProps } from './frame.tsx'

export interface ExternalSignInProps extends FrameProps {
  /** It began in this browser, but was used or has expired. */
  readonly isOver: boolean
  /** Where it begins anew, for the browser it began in. */
  readonly startOver?: string
}

/** A sign-in at the operator's own page that does not go on here. */
export const ExternalSignIn = (props: ExternalSignInProps) => {
  const { text, isOver, startOver } = props
  const { title, message } = isOver ? text.externalSignIn.over : text.externalSignIn.elsewhere
  return (
    <Frame frame={props} title={title}>
      <div class="heading">
        <h1>{title}</h1>
        <p>{message}</p>
      </div>
      {startOver !== undefined && (
        <a id="start-over" class="button button-primary" href={startOver}>
          <span>{text.externalSignIn.startOver}</span>
        </a>
      )}
    </Frame>
  )
}
