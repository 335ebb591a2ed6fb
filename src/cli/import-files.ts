/** A line of a file of JSON lines; one that is none, as it stands there. */
export const parsedLine = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
