import { ActionLink } from '../../dashboard/pages/parts.tsx'
import { Button, Form } from '../../html/form.tsx'
import { Frame, type FrameProps } from '../../interaction/pages/frame.tsx'
import { paths } from '../../protocol/paths.ts'
import { PortalFrame, type PortalFrameProps } from './portal-frame.tsx'

/** Says nothing of what was asked for: it may be there, and somebody else's. */
export const NothingTherePage = ({ workspace }: { readonly workspace: PortalFrameProps }) => (
  <PortalFrame workspace={workspace} title="Not found" hasErrors>
    <div class="empty" id="nothing-there">
      <p>
        There is no such page. What was here may be deleted, or belong to an organization that you are no
        admin of.
      </p>
      <ActionLink href={paths.developers}>To your applications</ActionLink>
    </div>
  </PortalFrame>
)

/** Something that was asked for was not done, and there is no form to say so on. */
export const NotPossiblePage = (props: {
  readonly workspace: PortalFrameProps
  readonly message: string
  readonly referenceId: string
}) => (
  <PortalFrame workspace={props.workspace} title="That cannot be done" hasErrors>
    <div class="empty" id="refused">
      <p>{props.message}</p>
      <p class="page-about">
        Reference <code>{props.referenceId}</code>
      </p>
      <ActionLink href={paths.developers}>To your applications</ActionLink>
    </div>
  </PortalFrame>
)

/** Somebody is signed in and is an admin of nothing. */
export const NoAdminPage = (props: {
  readonly frame: FrameProps
  readonly email: string
  readonly csrfToken: string
}) => (
  <Frame frame={props.frame} title="You are an admin of no organization">
    <div class="heading" id="no-admin">
      <h1>You are an admin of no organization</h1>
      <p>
        Admins of an organization look after its applications here. <bdi>{props.email}</bdi> is none; whoever
        looks after the members of your organization can make you one.
      </p>
    </div>
    <Form action={paths.signOut} csrfToken={props.csrfToken}>
      <Button id="sign-out" weight="choice">
        Sign out
      </Button>
    </Form>
  </Frame>
)
