/** The way on from a page that leaves it to the user to go there (RFC 9700 §4.11.2), with the answer in its query. */
export const wayOn = (body: string): URL => {
  const [, href] = /<a id="continue"[^>]* href="([^"]*)"/.exec(body) ?? []
  if (href === undefined) throw new Error(`No way on from ${body.slice(0, 500)}`)
  return new URL(href.replaceAll('&amp;', '&'))
}
