import { Button, Form } from '../../html/form.tsx'
import type { ApplicationObject } from '../../objects/application.ts'
import type { ApplicationLogosObject } from '../../objects/application-settings.ts'
import type { FilledForm } from '../filled-form.ts'
import { ApplicationTabs, applicationFrame, applicationPath } from './application-tabs.tsx'
import { Part } from './parts.tsx'
import { PictureForm } from './picture-form.tsx'
import { Preview } from './preview.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export type LogoTheme = 'light' | 'dark'

export const ApplicationLogos = (props: {
  readonly workspace: WorkspaceProps
  readonly application: ApplicationObject
  readonly logos: ApplicationLogosObject
  readonly forms: Readonly<Record<LogoTheme, FilledForm>>
  readonly leftOut?: Partial<Record<LogoTheme, readonly string[]>>
}) => {
  const { workspace, application, logos, forms, leftOut = {} } = props
  const path = applicationPath(application)
  return (
    <Workspace
      {...applicationFrame(workspace, application)}
      title="Logos"
      about="What people see when this application asks for access. A square of at least 128 pixels looks best; PNG, WebP or SVG, at most 100 kB."
      hasErrors={forms.light.hasErrors || forms.dark.hasErrors}
    >
      <ApplicationTabs application={application} current="/logos" />
      <div class="side-by-side">
        {(['light', 'dark'] as const).map((theme) => (
          <Part
            key={theme}
            id={theme}
            title={theme === 'light' ? 'For light pages' : 'For dark pages'}
            about={
              theme === 'light'
                ? 'Shown on dark ones too, if there is no other.'
                : 'If the other is hard to see there.'
            }
          >
            <Picture address={logos[theme]} theme={theme} />
            {workspace.may('applications:write') && (
              <>
                <PictureForm
                  action={`${path}/logos/${theme}`}
                  csrfToken={workspace.csrfToken}
                  form={forms[theme]}
                  id={`logo-${theme}`}
                  leftOut={leftOut[theme]}
                />
                {logos[theme] !== null && (
                  <Form action={`${path}/logos/${theme}/delete`} csrfToken={workspace.csrfToken}>
                    <Button id={`delete-${theme}`} weight="quiet">
                      Take it away
                    </Button>
                  </Form>
                )}
              </>
            )}
          </Part>
        ))}
      </div>
      <Part
        id="preview"
        title="On the consent page"
        about="As somebody sees it who signs in for the first time, with all its scopes. Nothing on it can be pressed."
      >
        <Preview title="The consent page" path={`${path}/consent-preview`} isTall />
      </Part>
    </Workspace>
  )
}

const Picture = ({ address, theme }: { readonly address: string | null; readonly theme: LogoTheme }) =>
  address === null ? (
    <p class="no-picture">There is none: the first letter of the name stands in its place.</p>
  ) : (
    <p class={`picture picture-${theme}`}>
      <img src={new URL(address).pathname} alt={`The logo for ${theme} pages`} width="64" height="64" />
    </p>
  )
