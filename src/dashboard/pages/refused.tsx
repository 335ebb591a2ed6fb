import { Button, Form } from '../../html/form.tsx'
import { Frame, type FrameProps } from '../../interaction/pages/frame.tsx'
import { paths } from '../../protocol/paths.ts'
import { ActionLink } from './parts.tsx'
import { Workspace, type WorkspaceProps } from './workspace.tsx'

/** Something that an operator asked for was not done, and there is no form to say so on. */
export const RefusedPage = (props: {
  readonly workspace: WorkspaceProps
  readonly title: string
  readonly message: string
  readonly referenceId: string
}) => (
  <Workspace workspace={props.workspace} section="overview" title={props.title} hasErrors>
    <div class="empty" id="refused">
      <p>{props.message}</p>
      <p class="page-about">
        Reference <code>{props.referenceId}</code>
      </p>
      <ActionLink href={paths.dashboard}>To the overview</ActionLink>
    </div>
  </Workspace>
)

/** Somebody is signed in and may not be here: nothing of the dashboard is around it. */
export const NoOperatorPage = (props: {
  readonly frame: FrameProps
  readonly email: string
  readonly csrfToken: string
}) => (
  <Frame frame={props.frame} title="You are no operator">
    <div class="heading" id="no-operator">
      <h1>You are no operator</h1>
      <p>
        <bdi>{props.email}</bdi> may not use the dashboard of this server. An owner can make you an operator;
        the first one is named by <code>latchkey bootstrap --owner</code>.
      </p>
    </div>
    <Form action={paths.signOut} csrfToken={props.csrfToken}>
      <Button id="sign-out" weight="choice">
        Sign out
      </Button>
    </Form>
  </Frame>
)
