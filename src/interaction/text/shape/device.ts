import type { Sentence } from '../../../html/sentence.tsx'
import type { DecidedText } from './titled.ts'

export interface DeviceText {
  /** A device that waits for its user to come with its code (RFC 8628). */
  readonly device: {
    readonly title: string
    readonly enter: string
    readonly compareTitle: string
    readonly compare: string
    readonly code: string
    readonly submit: string
    readonly beware: string
    readonly errors: {
      readonly missing: string
      readonly malformed: string
      readonly unknown: string
      readonly expired: string
      readonly used: string
      readonly tooManyAttempts: string
      readonly stale: string
    }
    readonly allowTitle: Sentence<'application'>
    readonly codeShown: string
    readonly asked: string
    /** For more than that there is Intl. */
    readonly justNow: string
    readonly address: string
    readonly nearby: string
    readonly elsewhere: string
    readonly allowOnlyIf: string
    readonly approved: DecidedText
    readonly denied: DecidedText
    readonly closeWindow: string
  }
}
