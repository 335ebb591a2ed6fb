import { Filled } from '../../html/sentence.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface SignedOutProps extends FrameProps {
  /** Where it goes on, and to whom if that is an application; absent where this is the end. */
  readonly onward?: { readonly location: string; readonly application: { readonly name: string } | null }
  /** Loaded out of sight, so that applications in this browser sign the user out as well. */
  readonly frames: readonly string[]
  /** Goes on by itself when they have loaded. */
  readonly scriptPath: string
}

export const SignedOut = (props: SignedOutProps) => {
  const { text, onward, frames } = props
  return (
    <Frame frame={props} title={text.signedOut.title}>
      <div class="heading">
        <h1>{text.signedOut.title}</h1>
        <p>{onward ? text.signedOut.goesOn : text.signedOut.message}</p>
      </div>
      {onward && (
        <a id="continue" class="button button-primary" href={onward.location}>
          <span>
            {onward.application ? (
              <Filled
                sentence={text.signedOut.continueTo}
                values={{ application: onward.application.name }}
              />
            ) : (
              text.signedOut.continue
            )}
          </span>
        </a>
      )}
      {frames.map((location) => (
        // What an application shows here has no business with the page: it can neither lead it elsewhere nor open windows.
        <iframe
          key={location}
          src={location}
          title={text.signedOut.title}
          hidden
          sandbox="allow-scripts allow-same-origin allow-forms"
          referrerpolicy="no-referrer"
        />
      ))}
      {onward && frames.length > 0 && <script src={props.scriptPath} defer />}
    </Frame>
  )
}
