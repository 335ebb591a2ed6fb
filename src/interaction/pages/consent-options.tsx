import { AlertIcon } from '../../html/icons.tsx'
import type { ConsentChoice, ConsentOption } from '../../protocol/consent-option.ts'
import type { Text } from '../text/index.ts'

export interface ConsentOptionsProps {
  readonly text: Text
  /** What is to be chosen; `chosen` is the value of before. */
  readonly options: readonly (ConsentOption & { readonly chosen?: string; readonly isMissing?: boolean })[]
}

/** Under what name the form has the choice of an option: a form from before says of which. */
export const nameOfOption = (claim: string): string => `option:${claim}`

/** What is chosen besides allowing. */
export const ConsentOptions = ({ text, options }: ConsentOptionsProps) => (
  <>
    {options.map(({ claim, label, choices, chosen, isMissing = false }, place) => {
      const id = `option-${place}`
      return (
        <div key={claim} class="field">
          <label for={id}>
            <bdi>{label}</bdi>
          </label>
          <select
            id={id}
            name={nameOfOption(claim)}
            required
            aria-invalid={isMissing}
            {...(isMissing && { 'aria-describedby': `${id}-error` })}
          >
            {chosen === undefined && (
              <option value="" selected>
                {text.consent.choose}
              </option>
            )}
            {choices.map((choice) =>
              'choices' in choice ? (
                <optgroup key={choice.group} label={choice.group}>
                  {choice.choices.map((each) => (
                    <Choice key={each.value} choice={each} chosen={chosen} />
                  ))}
                </optgroup>
              ) : (
                <Choice key={choice.value} choice={choice} chosen={chosen} />
              ),
            )}
          </select>
          {isMissing && (
            <p id={`${id}-error`} class="field-error">
              <AlertIcon />
              {text.consent.chooseOne}
            </p>
          )}
        </div>
      )
    })}
  </>
)

const Choice = ({ choice, chosen }: { choice: ConsentChoice; chosen: string | undefined }) => (
  <option value={choice.value} selected={choice.value === chosen}>
    {choice.label}
  </option>
)
