import type { ComponentChildren } from 'preact'
import { Button, Form } from '../../html/form.tsx'
import { CheckIcon } from '../../html/icons.tsx'
import { Brand, type Branding, Head } from '../../html/layout.tsx'
import type { Account } from '../../interaction/pages/account.tsx'
import { paths } from '../../protocol/paths.ts'

/*
 * What a workspace looks like: something at the top, the way to its sections beside, and the page. The dashboard is one;
 * the developer portal is another.
 */

/** What is around every page of a workspace. */
export interface ShellProps {
  readonly branding: Branding
  readonly stylesheetPath: string
  readonly scriptPath: string
  readonly account: Account
  readonly csrfToken: string
  readonly now: Date
  /** What was done a moment ago. */
  readonly notice?: string
}

export interface Crumb {
  readonly label: ComponentChildren
  readonly href: string
}

export interface ShellPage {
  /** Of the page, in its heading and in the tab of the browser. */
  readonly title: string
  /** One sentence below the heading. */
  readonly about?: ComponentChildren
  /** The way here, without the page itself. */
  readonly crumbs?: readonly Crumb[]
  /** What can be done, beside the heading. */
  readonly actions?: ComponentChildren
  readonly hasErrors?: boolean
  readonly children: ComponentChildren
}

export const Shell = (
  props: ShellPage & {
    readonly workspace: ShellProps
    /** Of the workspace, in the tab of the browser. */
    readonly titleOfAll: string
    readonly top: ComponentChildren
    readonly navigation: ComponentChildren
  },
) => {
  const { branding, stylesheetPath, scriptPath, notice } = props.workspace
  const title = `${props.title} · ${props.titleOfAll}`
  return (
    <html lang="en" dir="ltr">
      <Head
        title={props.hasErrors ? `Error: ${title}` : title}
        {...{ branding, stylesheetPath, scriptPath }}
      />
      <body class="workspace">
        <a class="skip-link" href="#main">
          Skip to the content
        </a>
        {props.top}
        {props.navigation}
        <main id="main" class="workspace-main" tabIndex={-1}>
          {props.crumbs && (
            <nav class="crumbs" aria-label="Breadcrumb">
              <ol>
                {props.crumbs.map(({ label, href }) => (
                  <li key={href}>
                    <a href={href}>{label}</a>
                  </li>
                ))}
              </ol>
            </nav>
          )}
          <header class="page-head">
            <div>
              <h1>{props.title}</h1>
              {props.about !== undefined && <p class="page-about">{props.about}</p>}
            </div>
            {props.actions !== undefined && <div class="page-actions">{props.actions}</div>}
          </header>
          {notice !== undefined && (
            <div id="notice" class="notice notice-done" role="status">
              <CheckIcon />
              <p>{notice}</p>
            </div>
          )}
          {props.children}
        </main>
      </body>
    </html>
  )
}

export const ShellTop = (
  props: Pick<ShellProps, 'branding' | 'account' | 'csrfToken'> & {
    /** Of the first page of the workspace. */
    readonly href: string
    /** What whoever is signed in is here. */
    readonly badge?: string
    readonly children?: ComponentChildren
  },
) => {
  const { branding, account, csrfToken, href, badge } = props
  return (
    <header class="workspace-top">
      <a class="workspace-brand" href={href}>
        <Brand branding={branding} />
      </a>
      {props.children}
      <div class="workspace-account">
        <p>
          <a href={paths.account}>
            <bdi>{account.name ?? account.email}</bdi>
          </a>{' '}
          {badge !== undefined && <span class="badge">{badge}</span>}
        </p>
        <Form action={paths.signOut} csrfToken={csrfToken}>
          <Button id="sign-out" weight="quiet">
            Sign out
          </Button>
        </Form>
      </div>
    </header>
  )
}
