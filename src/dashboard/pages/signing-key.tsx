import { Button, Form } from '../../html/form.tsx'
import type { SigningKeyObject } from '../../objects/signing-key.ts'
import { dashboardPaths } from '../dashboard-paths.ts'
import type { FilledForm } from '../filled-form.ts'
import { FormProblem } from './fields.tsx'
import { ConfirmByTyping, Facts, Moment, Part } from './parts.tsx'
import { states } from './signing-keys.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

export const SigningKeyPage = (props: {
  readonly workspace: WorkspaceProps
  readonly signingKey: SigningKeyObject
  readonly rotation: FilledForm
  readonly withdrawal: FilledForm
}) => {
  const { workspace, signingKey, rotation, withdrawal } = props
  const { kid, algorithm, state, activates_at, retires_at, withdrawn_at } = signingKey
  const { now, csrfToken } = workspace
  const action = `${dashboardPaths.signingKeys}/${kid}`
  const moment = (at: string | null) => (at === null ? '—' : <Moment at={at} now={now} />)
  return (
    <Workspace
      workspace={workspace}
      section="signingKeys"
      title={`${algorithm} key`}
      about={states[state].about}
      crumbs={[{ label: 'Signing keys', href: dashboardPaths.signingKeys }]}
      hasErrors={rotation.hasErrors || withdrawal.hasErrors}
    >
      <Facts
        facts={[
          ['Key ID', <code key="kid">{kid}</code>],
          ['State', states[state].label],
          ['Signs from', moment(activates_at)],
          ['Signs until', moment(retires_at)],
          ['Published until', moment(withdrawn_at)],
        ]}
      />
      {workspace.may('environment:write') && state === 'active' && (
        <Part
          id="rotate"
          title="Rotate"
          about="Verifiers see a second key in the key set at once. It signs as soon as everybody who honours Cache-Control has it; this one stays published until the last token it has signed has expired. Nobody is signed out, and no token becomes invalid."
        >
          <Form action={`${action}/rotate`} csrfToken={csrfToken} class="stack">
            <FormProblem form={rotation} />
            <Button id="rotate-key" name="decision" value="rotate" weight="primary">
              Publish a successor
            </Button>
          </Form>
        </Part>
      )}
      {workspace.may('environment:write') && state !== 'retired' && (
        <Part id="withdraw" title="Withdraw" about="For a key that somebody else may have." isDanger>
          <ConfirmByTyping
            action={`${action}/withdraw`}
            csrfToken={csrfToken}
            form={withdrawal}
            word={kid}
            button="Withdraw the key"
            consequences={
              <p>
                It leaves the key set at once.{' '}
                {state === 'upcoming'
                  ? 'It has signed nothing yet.'
                  : 'Every token it has signed is refused: here at once, elsewhere as soon as verifiers fetch the key set again. Sessions go on, and applications get new tokens by their refresh tokens.'}
              </p>
            }
          />
        </Part>
      )}
    </Workspace>
  )
}
