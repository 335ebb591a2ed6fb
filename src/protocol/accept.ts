/*
 * RFC 9110 §12.5.1: the media types an answer may have, as the client weighs them.
 */

interface MediaRange {
  readonly range: string
  readonly quality: number
}

const quality = (parameters: readonly string[]): number => {
  for (const parameter of parameters) {
    const [, weight] = /^\s*q\s*=\s*(\S*)\s*$/i.exec(parameter) ?? []
    // RFC 9110 §12.4.2; a weight that is none says nothing.
    if (weight !== undefined) return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 1
  }
  return 1
}

const mediaRanges = (accept: string): MediaRange[] =>
  accept.split(',').map((element) => {
    const [range = '', ...parameters] = element.split(';')
    return { range: range.trim().toLowerCase(), quality: quality(parameters) }
  })

/**
 * Whether an answer is rather to be of this type than of the usual one, JSON: named by itself, since whoever takes
 * everything is not thinking of it; and weighed no less.
 */
export const prefersOverJson = (accept: string | undefined, mediaType: string): boolean => {
  if (accept === undefined) return false
  const ranges = mediaRanges(accept)
  // RFC 9110 §12.5.1: the most specific range counts.
  const weightOf = (...names: readonly string[]): number =>
    names
      .map((name) => ranges.find(({ range }) => range === name)?.quality)
      .find((weight) => weight !== undefined) ?? 0
  const wanted = weightOf(mediaType)
  return wanted > 0 && wanted >= weightOf('application/json')
}
