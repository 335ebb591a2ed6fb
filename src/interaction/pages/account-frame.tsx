import type { ComponentChildren } from 'preact'
import { Button, Form } from '../../html/form.tsx'
import { Notice } from '../../html/notice.tsx'
import { paths } from '../../protocol/paths.ts'
import { type Account, AccountRow } from './account.tsx'
import { Frame, type FrameProps } from './frame.tsx'

/** What is around every page of the account. */
export interface AccountFrameProps extends FrameProps {
  readonly account: Account
  readonly csrfToken: string
  readonly signOutAction: string
  /** What was done a moment ago. */
  readonly notice?: string
}

export type AccountSection = 'profile' | 'security' | 'sessions' | 'applications'

const sections: readonly (readonly [AccountSection, path: string])[] = [
  ['profile', paths.account],
  ['security', paths.accountSecurity],
  ['sessions', paths.accountSessions],
  ['applications', paths.accountApplications],
]

export const AccountFrame = (props: {
  readonly frame: AccountFrameProps
  readonly title: string
  readonly section: AccountSection
  readonly hasErrors?: boolean
  readonly scriptPath?: string
  readonly children: ComponentChildren
}) => {
  const { text, account, csrfToken, signOutAction, notice } = props.frame
  const { accountPages } = text
  return (
    <Frame
      frame={props.frame}
      title={props.title}
      hasErrors={props.hasErrors ?? false}
      width="account"
      {...(props.scriptPath !== undefined && { scriptPath: props.scriptPath })}
    >
      <div class="account-top">
        <AccountRow label={text.account.signedInAs} account={account}>
          <Form action={signOutAction} csrfToken={csrfToken}>
            <Button id="sign-out" weight="quiet">
              {accountPages.signOut}
            </Button>
          </Form>
        </AccountRow>
        <nav class="account-nav" aria-label={accountPages.navigation.label}>
          <ul>
            {sections.map(([section, path]) => (
              <li key={section}>
                <a
                  id={`to-${section}`}
                  href={path}
                  {...(section === props.section && { 'aria-current': 'page' as const })}
                >
                  {accountPages.navigation[section]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </div>
      {notice !== undefined && (
        <Notice kind="done" id="notice" role="status">
          {notice}
        </Notice>
      )}
      {props.children}
    </Frame>
  )
}

/** A part of a page, under a heading of its own. */
export const AccountPart = (props: {
  readonly id: string
  readonly title: ComponentChildren
  readonly about?: string
  /** Leads to a page of its own, where something is done about it. */
  readonly onward?: { readonly id: string; readonly href: string; readonly label: string }
  readonly children?: ComponentChildren
}) => {
  const { id, onward } = props
  const title = (
    <div class="account-part-title">
      <h2 id={`${id}-title`}>{props.title}</h2>
      {props.about !== undefined && <p>{props.about}</p>}
    </div>
  )
  return onward ? (
    <section class="account-part account-part-row" aria-labelledby={`${id}-title`}>
      <div class="account-part-text">
        {title}
        {props.children}
      </div>
      {/* Several say the same: what of is heard with each. */}
      <a id={onward.id} class="button button-choice" href={onward.href} aria-describedby={`${id}-title`}>
        {onward.label}
      </a>
    </section>
  ) : (
    <section class="account-part" aria-labelledby={`${id}-title`}>
      {title}
      {props.children}
    </section>
  )
}
