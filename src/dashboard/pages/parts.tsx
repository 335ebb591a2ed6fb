import type { ComponentChildren, VNode } from 'preact'
import { Button, Form } from '../../html/form.tsx'
import type { FilledForm } from '../filled-form.ts'
import { FormProblem, TextField } from './fields.tsx'

/*
 * What the pages of the dashboard are built of.
 */

export interface Column<Row> {
  readonly label: string
  readonly of: (row: Row) => ComponentChildren
  /** Numbers and times stand at the end of their column. */
  readonly isEnd?: boolean
}

/** A list; what leads on is a link in its first column. Empty, it says what would be here. */
export const DataTable = <Row,>(props: {
  /** Of what, for whoever hears it. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly idOf: (row: Row) => string
  readonly empty: ComponentChildren
}): VNode =>
  props.rows.length === 0 ? (
    <div class="empty">{props.empty}</div>
  ) : (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: wide ones scroll by themselves, so the keyboard has to get there.
    <div class="table-frame" tabIndex={0}>
      <table>
        <caption class="hidden-label">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map(({ label, isEnd }) => (
              <th key={label} scope="col" class={isEnd ? 'end' : undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.idOf(row)} id={props.idOf(row)}>
              {props.columns.map(({ label, of, isEnd }) => (
                <td key={label} data-label={label} class={isEnd ? 'end' : undefined}>
                  {of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )

/** The way to the pages before and after, by the cursors of the API. */
export const Pager = ({
  path,
  query = {},
  cursors: { before, after },
}: {
  readonly path: string
  /** What else the list was asked for. */
  readonly query?: Readonly<Record<string, string>>
  readonly cursors: { readonly before: string | null; readonly after: string | null }
}) =>
  before === null && after === null ? null : (
    <nav class="pager" aria-label="Pages">
      {before !== null && (
        <a
          id="newer"
          class="button button-choice"
          href={`${path}?${new URLSearchParams({ ...query, before })}`}
        >
          Newer
        </a>
      )}
      {after !== null && (
        <a
          id="older"
          class="button button-choice"
          href={`${path}?${new URLSearchParams({ ...query, after })}`}
        >
          Older
        </a>
      )}
    </nav>
  )

/** A part of a page, under a heading of its own. */
export const Part = (props: {
  readonly id: string
  readonly title: ComponentChildren
  readonly about?: ComponentChildren
  readonly actions?: ComponentChildren
  readonly isDanger?: boolean
  readonly children: ComponentChildren
}) => (
  <section
    class={`part${props.isDanger ? ' part-danger' : ''}`}
    id={props.id}
    aria-labelledby={`${props.id}-title`}
  >
    <header class="part-head">
      <div>
        <h2 id={`${props.id}-title`}>{props.title}</h2>
        {props.about !== undefined && <p>{props.about}</p>}
      </div>
      {props.actions !== undefined && <div class="page-actions">{props.actions}</div>}
    </header>
    {props.children}
  </section>
)

/** What is to be known of one thing: names and values. */
export const Facts = ({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }) => (
  <dl class="workspace-facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

/** An identifier or another value that people take elsewhere. The button is shown where scripts run. */
export const Copyable = ({ value, id }: { readonly value: string; readonly id?: string }) => (
  <span class="copyable">
    <code id={id}>{value}</code>
    <button class="copy" type="button" data-copy={value} hidden>
      Copy
    </button>
  </span>
)

/** Several lines to be taken elsewhere. */
export const CodeBlock = ({
  code,
  label,
  id,
}: {
  readonly code: string
  readonly label: string
  readonly id: string
}) => (
  <figure class="code-block">
    <figcaption>
      {label}
      <button class="copy" type="button" data-copy={code} hidden>
        Copy
      </button>
    </figcaption>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to get there. */}
    <pre id={id} tabIndex={0} dir="ltr">
      <code>{code}</code>
    </pre>
  </figure>
)

/** What is shown this once: a secret that we do not know any more once the page is left. */
export const ShownOnce = ({
  value,
  label,
  isMadeOnce = false,
}: {
  readonly value: string
  readonly label: string
  /** However often its form is sent (interaction/sent-once.ts). */
  readonly isMadeOnce?: boolean
}) => (
  <div class="shown-once notice notice-caution" role="status">
    <div>
      <p>
        <strong>{label}</strong> — copy it now, it is not shown again
        {isMadeOnce
          ? ', nor is another made by loading this page anew.'
          : '. Loading this page anew would send the form again, and make another one.'}
      </p>
      <Copyable id="secret" value={value} />
    </div>
  </div>
)

export const Badge = ({
  tone = 'quiet',
  children,
}: {
  readonly tone?: 'good' | 'caution' | 'danger' | 'quiet'
  readonly children: ComponentChildren
}) => <span class={`badge badge-${tone}`}>{children}</span>

/** A moment: how long ago at a glance, the exact one (UTC) on the element. */
export const Moment = ({ at, now }: { readonly at: string | Date; readonly now: Date }) => {
  const date = new Date(at)
  const exact = `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return (
    <time dateTime={date.toISOString()} title={exact}>
      {distance((now.getTime() - date.getTime()) / 1000) ?? exact.slice(0, 10)}
    </time>
  )
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** In words for what is within a month; undefined beyond. */
const distance = (seconds: number): string | undefined => {
  const size = Math.abs(seconds)
  if (size < 60) return 'just now'
  if (size >= 31 * 86_400) return undefined
  const [unit, length] = UNITS.find(([, one]) => size >= one) ?? UNITS[2]
  const count = Math.floor(size / length)
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`
  return seconds >= 0 ? `${words} ago` : `in ${words}`
}

/** As of when a thing was shown that a form edits (unchanged-since.ts), and what the form showed of it. */
export const Version = ({ form, updatedAt }: { readonly form: FilledForm; readonly updatedAt: string }) => (
  <>
    <input type="hidden" name="updated_at" value={form.updatedAt ?? updatedAt} />
    <input type="hidden" name="shown" value={form.shown} />
  </>
)

/** Changes a thing that is there; saved only if nobody else has saved it meanwhile. */
export const EditForm = (props: {
  readonly action: string
  readonly csrfToken: string
  readonly form: FilledForm
  readonly updatedAt: string
  /** Of the button, where a page has several. */
  readonly id?: string
  /** For whoever may look and change nothing. */
  readonly isReadOnly?: boolean
  readonly children: ComponentChildren
}) =>
  props.isReadOnly ? (
    <fieldset class="stack read-only" disabled>
      {props.children}
    </fieldset>
  ) : (
    <Form action={props.action} csrfToken={props.csrfToken} class="stack">
      <FormProblem form={props.form} />
      <Version form={props.form} updatedAt={props.updatedAt} />
      {props.children}
      <Button id={props.id ?? 'save'} weight="primary">
        Save
      </Button>
    </Form>
  )

/** A link that looks like the button of an action. */
export const ActionLink = ({
  href,
  id,
  weight = 'choice',
  label,
  children,
}: {
  readonly href: string
  readonly id?: string
  /** For whoever hears it, where several are called the same. */
  readonly label?: string
  readonly weight?: 'primary' | 'choice' | 'quiet'
  readonly children: ComponentChildren
}) => (
  <a id={id} class={`button button-${weight}`} href={href} aria-label={label}>
    {children}
  </a>
)

/** What cannot be undone is done once its name was typed. */
export const ConfirmByTyping = (props: {
  readonly action: string
  readonly csrfToken: string
  readonly form: FilledForm
  /** What is to be typed. */
  readonly word: string
  /** What goes with it, and what that means. */
  readonly consequences: ComponentChildren
  readonly button: string
  /** What else the form says. */
  readonly hidden?: Readonly<Record<string, string>>
}) => (
  <Form action={props.action} csrfToken={props.csrfToken} class="confirm">
    <FormProblem form={props.form} />
    {Object.entries(props.hidden ?? {}).map(([name, value]) => (
      <input key={name} type="hidden" name={name} value={value} />
    ))}
    <div class="consequences">{props.consequences}</div>
    <TextField
      form={props.form}
      name="confirmation"
      label={
        <>
          Type <bdi class="word">{props.word}</bdi> to confirm
        </>
      }
    />
    <Button id="confirm" weight="danger">
      {props.button}
    </Button>
  </Form>
)
