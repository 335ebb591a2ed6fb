/** Why something failed, for developers alone. */
export interface FailureText {
  readonly failure: {
    readonly keepReference: string
    readonly onlyYou: string
    readonly origins: {
      readonly sent: string
      readonly registered: string
      readonly found: string
    }
    readonly nothing: string
  }
}
