import { getDomain } from 'tldts'
import { isLoopbackHost } from './issuer.ts'
import { redirectUriProblem } from './redirect-uri.ts'

/*
 * Redirection URIs of the environment, which may hold one wildcard: a part of the leftmost label of the host, for
 * previews under names that nobody knows beforehand, or the port on this machine.
 *
 * Deviation from RFC 9700 §2.1 (and RFC 6749 §3.1.2.3), which want exact matching: for operators whose first-party
 * applications are deployed under ever new names, and who would otherwise register each by hand or, worse, a redirector
 * on one name. It exists once somebody registers one. What it trusts is every host below a domain, so that must not be
 * one where strangers get names.
 */

const HOST_WILDCARD = /^https?:\/\/[A-Za-z0-9_-]*\*[A-Za-z0-9_-]*\.[A-Za-z0-9_.-]+(?=[:/?]|$)/
const PORT_WILDCARD = /^https?:\/\/(localhost|127(?:\.\d{1,3}){3}|\[::1\]):\*(?=[/?]|$)/

export const hasWildcard = (pattern: string): boolean => pattern.includes('*')

/**
 * Whether a URI may be registered for the whole environment.
 *
 * @param issuer one of https is in production, where nothing but https is trusted.
 * @returns what is wrong with it, or undefined.
 */
export const redirectUriPatternProblem = (text: string, issuer: string): string | undefined => {
  const isProduction = issuer.startsWith('https:')
  const example = text.replace(PORT_WILDCARD, (authority) => authority.replace('*', '1')).replace('*', 'a')
  const problem = redirectUriProblem(example)
  if (problem !== undefined) return example.includes('*') ? 'has more than one wildcard' : problem
  if (isProduction && isLocal(example)) return 'leads to the machine of whoever opens it'
  if (!hasWildcard(text)) return undefined
  if (isProduction && text.startsWith('http:')) return 'has a wildcard and uses http'
  if (PORT_WILDCARD.test(text)) return undefined
  if (!HOST_WILDCARD.test(text))
    return 'has a wildcard elsewhere than in the first label of its host, or in the port of this machine'
  // As the parser writes it, in lower case: so the list knows it.
  const parent = new URL(example).hostname.replace(/^[^.]*\./, '').replace(/\.$/, '')
  // With the private part of the list: everybody gets a name below vercel.app.
  return getDomain(parent, { allowPrivateDomains: true, extractHostname: false }) === null
    ? `has a wildcard directly below ${parent}, where everybody can get a name`
    : undefined
}

/** RFC 8252 §8.3: "localhost" may be resolved to elsewhere; an address of this machine is where a native one listens. */
const isLocal = (text: string): boolean => {
  const { protocol, hostname } = new URL(text)
  return isLoopbackHost(hostname) && (hostname === 'localhost' || protocol === 'https:')
}

/** Whether a requested URI is the registered one, or one that its wildcard stands for. */
export const matchesRedirectUriPattern = (pattern: string, requested: string): boolean => {
  if (!hasWildcard(pattern)) return pattern === requested
  const [before = '', after = ''] = pattern.split('*')
  if (requested.length <= before.length + after.length) return false
  if (!requested.startsWith(before) || !requested.endsWith(after)) return false
  const filled = requested.slice(before.length, requested.length - after.length)
  // Never a dot, nor anything else that could end the label or the host.
  const allowed = PORT_WILDCARD.test(pattern) ? /^\d{1,5}$/ : /^[A-Za-z0-9_-]{1,63}$/
  return allowed.test(filled) && redirectUriProblem(requested) === undefined
}
