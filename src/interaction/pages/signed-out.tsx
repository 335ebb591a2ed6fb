import { CheckIcon, LeaveIcon } from '../../html/icons.tsx'
import { Notice } from '../../html/notice.tsx'
import { Filled } from '../../html/sentence.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface SignedOutProps extends FrameProps {
  /** Where it goes on, and to whom if that is an application; absent where this is the end. */
  readonly onward?: {
    readonly location: string
    readonly application: { readonly name: string } | null
    /** RFC 9700 §4.11.2: of an address that nobody has checked; then the page does not go on by itself. */
    readonly uncheckedHost?: string
  }
  /** Loaded out of sight, so that applications in this browser sign the user out as well. */
  readonly frames: readonly string[]
  /** Goes on by itself when they have loaded. */
  readonly scriptPath: string
}

export const SignedOut = (props: SignedOutProps) => {
  const { text, onward, frames } = props
  const uncheckedHost = onward?.uncheckedHost
  return (
    <Frame frame={props} title={text.signedOut.title}>
      <div class="heading">
        <span class="tile tile-large outcome tile-tint-2">
          <CheckIcon />
        </span>
        <h1>{text.signedOut.title}</h1>
        <p>{onward && uncheckedHost === undefined ? text.signedOut.goesOn : text.signedOut.message}</p>
      </div>
      {onward?.application && uncheckedHost !== undefined && (
        <>
          <p class="destination">
            <LeaveIcon />
            <span id="destination">
              <Filled
                sentence={text.signedOut.wantsToSend}
                values={{
                  application: onward.application.name,
                  host: <strong>{uncheckedHost}</strong>,
                }}
              />
            </span>
          </p>
          <Notice kind="caution">{text.leaving.unchecked}</Notice>
        </>
      )}
      {onward && (
        <a
          id="continue"
          class={uncheckedHost === undefined ? 'button button-primary' : 'button button-choice'}
          href={onward.location}
        >
          <span>
            {uncheckedHost !== undefined ? (
              <Filled sentence={text.leaving.continue} values={{ host: uncheckedHost }} />
            ) : onward.application ? (
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
      {onward && uncheckedHost === undefined && frames.length > 0 && <script src={props.scriptPath} defer />}
    </Frame>
  )
}
