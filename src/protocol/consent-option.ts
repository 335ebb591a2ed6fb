/*
 * What users are asked to choose on the consent page, besides allowing: offered by the operator's own login page for one
 * sign-in, in WorkOS's shape. What is chosen becomes a claim of access tokens.
 */

export interface ConsentChoice {
  readonly value: string
  readonly label: string
}

export interface ConsentChoiceGroup {
  readonly group: string
  readonly choices: readonly ConsentChoice[]
}

export interface ConsentOption {
  readonly claim: string
  readonly label: string
  readonly choices: readonly ConsentChoice[] | readonly ConsentChoiceGroup[]
}
