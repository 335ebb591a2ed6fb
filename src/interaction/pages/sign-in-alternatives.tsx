import type { ComponentChildren } from 'preact'

/**
 * Other ways to go on than the page's own form: below it, after a line that says so. Nothing where there are none.
 */
export const SignInAlternatives = (props: {
  /** Between the form and what it may be done without. */
  readonly separator: string
  readonly children?: ComponentChildren
}) =>
  [props.children].flat(2).some((child) => child !== undefined && child !== null && child !== false) ? (
    <div class="alternatives">
      <p class="separator">{props.separator}</p>
      {props.children}
    </div>
  ) : null
