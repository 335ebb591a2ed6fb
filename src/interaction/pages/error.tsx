import { Frame, type FrameProps } from './frame.tsx'

export interface ErrorPageProps extends FrameProps {
  readonly title: string
  /** What the reader can do now. */
  readonly message: string
  /** Finds the log line; absent where there is nothing to find. */
  readonly referenceId?: string
  /** For whoever builds the application: shown folded, never holding a credential. */
  readonly developerDetail?: {
    readonly reason: string
    readonly facts: readonly (readonly [label: string, value: string])[]
  }
}

/** Shown when there is nowhere to send the browser back to. */
export const ErrorPage = (props: ErrorPageProps) => {
  const { text, referenceId, developerDetail } = props
  return (
    <Frame frame={props} title={props.title} width="wide">
      <div class="heading heading-start">
        <h1>{props.title}</h1>
        <p>{props.message}</p>
      </div>
      {referenceId !== undefined && (
        <dl class="facts">
          <div>
            <dt>{text.errorPage.reference}</dt>
            <dd>
              <code id="reference">{referenceId}</code>
            </dd>
          </div>
        </dl>
      )}
      {developerDetail && (
        <details class="developer">
          <summary>{text.errorPage.forDevelopers}</summary>
          <p dir="auto">{developerDetail.reason}</p>
          <dl class="facts">
            {developerDetail.facts.map(([label, value]) => (
              <div key={label}>
                <dt>
                  <bdi>{label}</bdi>
                </dt>
                <dd>
                  <code>{value}</code>
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </Frame>
  )
}
