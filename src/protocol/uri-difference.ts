import { type Fact, found } from './fact.ts'
import { isLoopbackHost } from './issuer.ts'

/*
 * Redirection URIs are compared letter by letter (RFC 6749 §3.1.2.3), so the wrong one is mostly nearly right. For whoever
 * looks for the difference; nothing is decided by it.
 */

export interface NearMiss {
  /** The registered one that is the most like it. */
  readonly closest: string
  /** Each in a few words. */
  readonly differences: readonly string[]
}

/** Undefined if none is like it at all: of another host, and in more than that. */
export const nearMiss = (sent: string, registered: readonly string[]): NearMiss | undefined => {
  const misses = registered.flatMap((closest) => {
    const differences = differencesOf(sent, closest)
    return differences === undefined ? [] : [{ closest, differences }]
  })
  return misses.sort((a, b) => a.differences.length - b.differences.length)[0]
}

export const nearMissFacts = (sent: string | undefined, registered: readonly string[]): readonly Fact[] => {
  const miss = sent === undefined ? undefined : nearMiss(sent, registered)
  return miss ? [found('the closest', miss.closest), found('differs in', ...miss.differences)] : []
}

const differencesOf = (sent: string, closest: string): string[] | undefined => {
  if (sent.trim() === closest) return ['white space around it']
  if (!URL.canParse(sent) || !URL.canParse(closest)) return undefined
  const [a, b] = [new URL(sent), new URL(closest)]
  const differences = [
    ...(a.protocol === b.protocol ? [] : [`the scheme: ${name(a.protocol)} is not ${name(b.protocol)}`]),
    ...hostDifference(a, b),
    ...portDifference(a, b),
    ...pathDifference(a, b),
    ...(a.search === b.search ? [] : ['the query, which has to be the same']),
    ...(sent.includes('#') ? ['the fragment, which no redirect URI has'] : []),
  ]
  // The parser sees no difference, and letter by letter there is one.
  if (differences.length === 0) return ['how it is written: compare letter by letter']
  const isOfAnotherHost = a.hostname !== b.hostname && !isSimilarHost(a, b)
  return isOfAnotherHost && differences.length > 1 ? undefined : differences
}

const name = (scheme: string): string => scheme.slice(0, -1)

/** A host that people take for the other. */
const isSimilarHost = (a: URL, b: URL): boolean =>
  (isLoopbackHost(a.hostname) && isLoopbackHost(b.hostname)) ||
  a.hostname === `www.${b.hostname}` ||
  b.hostname === `www.${a.hostname}`

const hostDifference = (a: URL, b: URL): string[] => {
  if (a.hostname === b.hostname) return []
  const isSame = isLoopbackHost(a.hostname) && isLoopbackHost(b.hostname)
  return [`the host: ${a.hostname} is not ${b.hostname}${isSame ? ', though both are this machine' : ''}`]
}

const portDifference = (a: URL, b: URL): string[] =>
  a.port === b.port || a.protocol !== b.protocol
    ? []
    : [`the port: ${a.port || 'none'} is not ${b.port || 'none'}`]

const pathDifference = (a: URL, b: URL): string[] => {
  if (a.pathname === b.pathname) return []
  if (a.pathname === `${b.pathname}/`) return ['a slash at the end too many']
  if (`${a.pathname}/` === b.pathname) return ['a slash missing at the end']
  return a.pathname.toLowerCase() === b.pathname.toLowerCase()
    ? ['upper and lower case in the path']
    : ['the path']
}
