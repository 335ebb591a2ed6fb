import type { ComponentChildren } from 'preact'
import { AlertIcon, CheckIcon, InformationIcon } from './icons.tsx'

export interface NoticeProps {
  /** `note` is good to know, `done` has happened, `caution` is to be weighed, `danger` went wrong. */
  readonly kind: 'note' | 'done' | 'caution' | 'danger'
  readonly id?: string
  /** Read out as soon as it is there: at once, or when there is a moment. */
  readonly role?: 'alert' | 'status'
  readonly language?: { readonly lang: string; readonly dir: 'ltr' | 'rtl' }
  readonly children: ComponentChildren
}

const icons = { note: InformationIcon, done: CheckIcon, caution: AlertIcon, danger: AlertIcon }

/** What stands out from a page. The colour says nothing that the sign and the words do not. */
export const Notice = ({ kind, id, role, language, children }: NoticeProps) => {
  const Sign = icons[kind]
  return (
    <div id={id} class={`notice notice-${kind}`} role={role} {...language}>
      <Sign />
      <p>{children}</p>
    </div>
  )
}
