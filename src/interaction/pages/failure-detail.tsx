import type { Fact } from '../../protocol/fact.ts'
import type { Text } from '../text/index.ts'

export interface Failure {
  readonly reason: string
  readonly facts: readonly Fact[]
}

/** By what somebody else finds out what happened: the log has it. */
export const Reference = ({ text, id }: { readonly text: Text; readonly id: string }) => (
  <dl class="facts reference">
    <div>
      <dt>{text.errorPage.reference}</dt>
      <dd>
        <code id="reference">{id}</code>
      </dd>
      <dd class="reference-use">{text.failure.keepReference}</dd>
    </div>
  </dl>
)

const ORIGINS = ['sent', 'registered', 'found'] as const

/** What is said to developers is said in English, in every language of the page (test/html/text.test.tsx). */
const ENGLISH = { lang: 'en', dir: 'ltr' } as const

/** Which check failed, on what. Open: whoever may see it has come for it. */
export const FailureDetail = ({ text, failure }: { readonly text: Text; readonly failure: Failure }) => (
  <details class="developer" open>
    <summary>{text.errorPage.forDevelopers}</summary>
    <p class="developer-note">{text.failure.onlyYou}</p>
    <p id="reason" class="developer-reason" {...ENGLISH}>
      <bdi>{failure.reason}</bdi>
    </p>
    {ORIGINS.map((origin) => {
      const facts = failure.facts.filter((fact) => fact.origin === origin)
      return (
        facts.length > 0 && (
          <section key={origin} class="facts-of" aria-labelledby={`facts-${origin}`}>
            <h2 id={`facts-${origin}`}>{text.failure.origins[origin]}</h2>
            <dl class="facts" {...ENGLISH}>
              {facts.map((fact) => (
                <One key={fact.label} fact={fact} text={text} />
              ))}
            </dl>
          </section>
        )
      )
    })}
  </details>
)

const One = ({ fact: { label, values }, text }: { readonly fact: Fact; readonly text: Text }) => (
  <div>
    <dt>
      <bdi>{label}</bdi>
    </dt>
    {values.map((value) => (
      <dd key={value}>
        <code>
          <bdi>{value}</bdi>
        </code>
      </dd>
    ))}
    {values.length === 0 && (
      <dd class="fact-none" lang={text.language.tag} dir={text.language.direction}>
        {text.failure.nothing}
      </dd>
    )}
  </div>
)
