import { contrast } from '../../html/color.ts'
import { Button, Form } from '../../html/form.tsx'
import type { BrandingObject } from '../../objects/branding.ts'
import type { SettingsObject } from '../../objects/settings.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { settingsGroups } from '../settings-fields.ts'
import { FormProblem } from './fields.tsx'
import { Part, Version } from './parts.tsx'
import { PictureForm } from './picture-form.tsx'
import { Preview } from './preview.tsx'
import { SettingFields } from './settings.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const brandImages = ['logo', 'logo_dark', 'icon'] as const
export type BrandImage = (typeof brandImages)[number]

const titles: Readonly<Record<BrandImage, { readonly title: string; readonly about: string }>> = {
  logo: { title: 'Logo', about: 'Above every page, and in mails.' },
  logo_dark: { title: 'Logo on dark pages', about: 'If the other is hard to see there.' },
  icon: { title: 'Icon', about: 'In the tab of the browser.' },
}

export const BrandingPage = (props: {
  readonly workspace: WorkspaceProps
  readonly settings: SettingsObject
  readonly version: string
  readonly branding: BrandingObject
  readonly form: FilledForm
  readonly pictures: Readonly<Record<BrandImage, FilledForm>>
  readonly leftOut?: Partial<Record<BrandImage, readonly string[]>>
  /** Of the page that is shown. */
  readonly preview: string
}) => {
  const { workspace, settings, version, branding, form, pictures, preview, leftOut = {} } = props
  const path = `${dashboardPaths.settings}/branding`
  const mayWrite = workspace.may('environment:write')
  return (
    <Workspace
      workspace={workspace}
      section="settings"
      title="Branding"
      about={settingsGroups.branding.about}
      hasErrors={form.hasErrors || brandImages.some((image) => pictures[image].hasErrors)}
    >
      <SettingsTabs current="branding" />
      {mayWrite ? (
        <Form action={path} csrfToken={workspace.csrfToken} class="stack" hasPreview>
          <FormProblem form={form} />
          <Version form={form} updatedAt={version} />
          <SettingFields group="branding" settings={settings} form={form} />
          <Contrast color={form.value('accent_color')} />
          <div class="page-actions">
            <Button id="save" weight="primary">
              Save
            </Button>
            <button id="try" type="submit" class="button button-choice" formAction={`${path}/try`}>
              Preview
            </button>
          </div>
        </Form>
      ) : (
        <fieldset class="stack read-only" disabled>
          <SettingFields group="branding" settings={settings} form={form} />
        </fieldset>
      )}
      <Part id="preview" title="The sign-in page" about="As people see it. Nothing on it can be pressed.">
        <Preview title="The sign-in page" path={preview} />
      </Part>
      <div class="side-by-side">
        {brandImages.map((image) => (
          <Part key={image} id={image} {...titles[image]}>
            {branding[image] === null ? (
              <p class="no-picture">There is none.</p>
            ) : (
              <p class={`picture picture-${image === 'logo_dark' ? 'dark' : 'light'}`}>
                <img
                  src={new URL(branding[image]).pathname}
                  alt={titles[image].title}
                  width="64"
                  height="64"
                />
              </p>
            )}
            {mayWrite && (
              <>
                <PictureForm
                  action={`${path}/${image}`}
                  csrfToken={workspace.csrfToken}
                  form={pictures[image]}
                  id={`brand-${image}`}
                  leftOut={leftOut[image]}
                />
                {branding[image] !== null && (
                  <Form action={`${path}/${image}/delete`} csrfToken={workspace.csrfToken}>
                    <Button id={`delete-${image}`} weight="quiet">
                      Take it away
                    </Button>
                  </Form>
                )}
              </>
            )}
          </Part>
        ))}
      </div>
    </Workspace>
  )
}

/** WCAG 2.2, 1.4.3: what text needs at least. */
const ENOUGH = 4.5

const Contrast = ({ color }: { readonly color: string }) => {
  if (!/^#[0-9a-f]{6}$/i.test(color)) return null
  const [onWhite, onDark] = [contrast(color, '#ffffff'), contrast(color, '#16181d')]
  const words = (ratio: number): string =>
    `${ratio.toFixed(1)}:1${ratio < ENOUGH ? ' (a shade that can be read takes its place)' : ''}`
  return (
    <p id="contrast" class="field-hint">
      Contrast of the accent colour: {words(onWhite)} on white, {words(onDark)} on dark pages. Text needs{' '}
      {ENOUGH}:1.
    </p>
  )
}
