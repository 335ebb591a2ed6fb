/** Text of the document, with code between backticks. Everything else is text. */
export const Words = ({ text }: { readonly text: string }) => (
  <>
    {text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part))}
  </>
)

/** The same in paragraphs. */
export const Prose = ({ text }: { readonly text: string }) => (
  <>
    {text.split(/\n{2,}/).map((paragraph) => (
      <p key={paragraph}>
        <Words text={paragraph} />
      </p>
    ))}
  </>
)
