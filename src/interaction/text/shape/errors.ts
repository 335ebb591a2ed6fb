import type { ErrorText } from './titled.ts'

export interface ErrorsText {
  readonly errorPage: {
    readonly reference: string
    readonly forDevelopers: string
  }

  readonly errors: {
    readonly notFound: ErrorText
    readonly tooManyRequests: ErrorText
    readonly unexpected: ErrorText
    readonly unavailable: ErrorText
    readonly busy: ErrorText
    readonly unknownApplication: ErrorText
    readonly undescribedApplication: ErrorText
    readonly untrustedReturnAddress: ErrorText
    readonly malformedRequest: ErrorText
    readonly unreachableRequest: ErrorText
    readonly requestExpired: ErrorText
    readonly deviceCodeExpired: ErrorText
    readonly deviceCodeUsed: ErrorText
    readonly goneMeanwhile: ErrorText
    readonly unreadableForm: ErrorText
    readonly formNotOurs: ErrorText
  }
}
