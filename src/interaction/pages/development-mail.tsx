import { Notice } from '../../html/notice.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface DevelopmentMailProps extends FrameProps {
  /** The last first. */
  readonly mails: readonly {
    readonly to: string
    readonly subject: string
    readonly text: string
    readonly language: string
    readonly at: string
    /** Where its other part is. */
    readonly htmlPath: string
  }[]
}

/** In English, as all that is said to developers is: mail on their own machine. */
export const DevelopmentMail = (props: DevelopmentMailProps) => (
  <Frame frame={props} title="Mail" width="wide">
    <div class="heading heading-start" lang="en" dir="ltr">
      <h1>Mail that nobody sends</h1>
      <p>
        LATCHKEY_SMTP_URL is not set, so mail ends up in the log, and on this page until the server stops. It
        is shown to this machine alone.
      </p>
    </div>
    {props.mails.length === 0 && (
      <Notice kind="note" language={{ lang: 'en', dir: 'ltr' }}>
        There is none yet. Load this page again when you have asked for a code.
      </Notice>
    )}
    {props.mails.map(({ to, subject, text, language, at, htmlPath }) => (
      <section key={htmlPath} class="mail">
        <h2 class="minor" dir="auto">
          {subject}
        </h2>
        <p class="mail-facts" dir="ltr">
          {to} · <time dateTime={at}>{at}</time>
        </p>
        {/* Nothing in it runs, and it is nobody's page. */}
        <iframe class="mail-html" sandbox="" src={htmlPath} title={`${subject}: HTML`} loading="lazy" />
        {/* Each line by itself: mail is in the language of whoever it is for. */}
        <pre class="mail-text" lang={language} dir="auto">
          {text}
        </pre>
      </section>
    ))}
  </Frame>
)
