import type { ComponentChildren } from 'preact'
import { type Branding, Document } from '../../html/layout.tsx'
import { fill } from '../../html/sentence.tsx'
import type { Text } from '../text/index.ts'

/** What every page needs to stand in the operator's frame. */
export interface FrameProps {
  readonly branding: Branding
  readonly text: Text
  readonly stylesheetPath: string
}

export const Frame = (props: {
  readonly frame: FrameProps
  readonly title: string
  readonly hasErrors?: boolean
  readonly width?: 'narrow' | 'wide' | 'account'
  /** Of the page's own script; the page works without it. */
  readonly scriptPath?: string
  readonly children: ComponentChildren
}) => {
  const { branding, text, stylesheetPath } = props.frame
  // The name comes after the page, and an error before both, because that is the order in which they are heard.
  const title = `${props.title} · ${branding.name}`
  return (
    <Document
      language={text.language}
      title={props.hasErrors ? fill(text.page.errorTitle, { page: title }) : title}
      stylesheetPath={stylesheetPath}
      branding={branding}
      footer={text.page}
      width={props.width ?? 'narrow'}
      {...(props.scriptPath !== undefined && { scriptPath: props.scriptPath })}
    >
      {props.children}
    </Document>
  )
}
