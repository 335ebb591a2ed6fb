import { reservedClaims } from './jwt-template.ts'
import { parseLine } from './printable-text.ts'

/*
 * What users are asked to choose on the consent page, besides allowing: offered by the operator's own login page for the
 * session that begins there, in WorkOS's shape. What is chosen becomes a claim of access tokens.
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

/** What was chosen, by claim. */
export type ChosenClaims = Readonly<Record<string, string>>

/** They are read with the session, and their claims travel in every token. */
const MAXIMUM_OPTIONS = 10
const MAXIMUM_CHOICES = 100
const MAXIMUM_CLAIM_LENGTH = 64
const MAXIMUM_TEXT_LENGTH = 255
/** Of claims and values together, whatever is chosen: a token has to fit in a header. */
const MAXIMUM_CHOSEN_BYTES = 2048
/** As JSON. */
const MAXIMUM_BYTES = 32 * 1024

/** Without their groups. */
export const choicesOf = ({ choices }: ConsentOption): readonly ConsentChoice[] =>
  choices.flatMap((choice) => ('choices' in choice ? choice.choices : [choice]))

export type ConsentOptionProblem =
  | { readonly kind: 'reserved'; readonly claim: string }
  /** Where, as in the body, and what. */
  | { readonly kind: 'invalid'; readonly field: string; readonly message: string }

/** What is wrong with them; undefined if nothing. */
export const consentOptionsProblem = (
  options: readonly ConsentOption[],
): ConsentOptionProblem | undefined => {
  const reserved = options.find(({ claim }) => reservedClaims.has(claim))
  if (reserved) return { kind: 'reserved', claim: reserved.claim }
  const invalid = (field: string, message: string): ConsentOptionProblem => ({
    kind: 'invalid',
    field,
    message,
  })
  if (options.length > MAXIMUM_OPTIONS) return invalid('', `has at most ${MAXIMUM_OPTIONS} options.`)
  if (bytesOf(JSON.stringify(options)) > MAXIMUM_BYTES) {
    return invalid('', `has at most ${MAXIMUM_BYTES} bytes as JSON.`)
  }
  const chosenBytes = options.reduce((sum, option) => sum + longestClaimBytes(option), 0)
  if (chosenBytes > MAXIMUM_CHOSEN_BYTES) {
    return invalid('', `has claims of at most ${MAXIMUM_CHOSEN_BYTES} bytes, whatever is chosen.`)
  }
  const claims = new Set<string>()
  for (const [place, option] of options.entries()) {
    const { claim, label } = option
    // What every object has is no claim of this one.
    if (!isText(claim, MAXIMUM_CLAIM_LENGTH) || claim in {} || claims.has(claim)) {
      return invalid(
        `${place}.claim`,
        `is a name of at most ${MAXIMUM_CLAIM_LENGTH} characters, and once only.`,
      )
    }
    claims.add(claim)
    if (!isText(label)) return invalid(`${place}.label`, TEXT)
    const choices = choicesOf(option)
    if (choices.length > MAXIMUM_CHOICES) {
      return invalid(`${place}.choices`, `has at most ${MAXIMUM_CHOICES} choices.`)
    }
    const values = new Set(choices.map(({ value }) => value))
    const texts = [
      ...choices.flatMap((choice) => [choice.value, choice.label]),
      ...option.choices.flatMap((choice) => ('group' in choice ? [choice.group] : [])),
    ]
    if (!texts.every((text) => isText(text))) return invalid(`${place}.choices`, TEXT)
    if (values.size < choices.length) return invalid(`${place}.choices`, 'has each value once.')
  }
  return undefined
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

const longestClaimBytes = (option: ConsentOption): number =>
  bytesOf(option.claim) + Math.max(0, ...choicesOf(option).map(({ value }) => bytesOf(value)))

const TEXT = `has 1 to ${MAXIMUM_TEXT_LENGTH} characters, all of them printable, in Unicode NFC, without blanks around.`

/** Comes back from a form as it was sent. */
const isText = (text: string, maximum = MAXIMUM_TEXT_LENGTH): boolean => parseLine(text, maximum) === text

/** What of it is offered: what was chosen of an offer that is no more says nothing. */
export const chosenOf = (
  options: readonly ConsentOption[] | null,
  chosen: ChosenClaims | null | undefined,
): ChosenClaims =>
  Object.fromEntries(
    (options ?? []).flatMap((option) => {
      const value = chosen?.[option.claim]
      return value !== undefined && choicesOf(option).some((choice) => choice.value === value)
        ? [[option.claim, value]]
        : []
    }),
  )

/** Whether something was chosen of each. */
export const isChosenOf = (
  options: readonly ConsentOption[] | null,
  chosen: ChosenClaims | null | undefined,
): boolean => Object.keys(chosenOf(options, chosen)).length === (options ?? []).length
