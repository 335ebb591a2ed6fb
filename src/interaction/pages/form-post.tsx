import { Button } from '../../html/form.tsx'
import { type Logo, Tile } from '../../html/logo.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import type { RegisteredRedirectUri } from '../../protocol/registered-redirect-uri.ts'
import { Frame, type FrameProps } from './frame.tsx'

export interface FormPostProps extends FrameProps {
  readonly application: { readonly name: string; readonly logo?: Logo }
  /** Where the form leads: only what was registered compiles. */
  readonly action: RegisteredRedirectUri
  readonly fields: Readonly<Record<string, string>>
  readonly scriptPath: string
}

/** OAuth 2.0 Form Post Response Mode §2: seen for a moment, or until somebody without JavaScript goes on. */
export const FormPost = (props: FormPostProps) => {
  const { text, application, fields } = props
  return (
    <Frame
      frame={props}
      title={fill(text.formPost.title, { application: application.name })}
      scriptPath={props.scriptPath}
    >
      <div class="heading">
        <Tile name={application.name} logo={application.logo} large />
        <h1>
          <Filled sentence={text.formPost.title} values={{ application: application.name }} />
        </h1>
        <p>{text.formPost.about}</p>
      </div>
      {/* Not one of our forms: it leads to the application, which is no business of our CSRF token. */}
      <form id="response" method="post" action={props.action} class="stack">
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Button id="continue" weight="primary">
          {text.formPost.submit}
        </Button>
      </form>
    </Frame>
  )
}
