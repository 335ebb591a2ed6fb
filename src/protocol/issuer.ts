declare const issuerBrand: unique symbol
/** An issuer identifier: an origin, byte for byte what tokens, metadata and answers say. */
export type Issuer = string & { readonly [issuerBrand]: true }

/** Hosts that only this machine can answer, for which http is as good as https (RFC 8252 §7.3, §8.3). */
export const isLoopbackHost = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)

/**
 * Hosts that this machine answers by one way or another: more than those that only it can answer, so it is for what must
 * not be here, and not for what may.
 *
 * @param hostname as the parser of URLs writes it: in lower case, IPv4 by four numbers, IPv6 in brackets and hexadecimal.
 */
export const isOnThisMachine = (hostname: string): boolean => {
  const host = hostname.replace(/\.$/, '')
  return (
    isLoopbackHost(host) ||
    // RFC 6761 §6.3: every name below localhost.
    host.endsWith('.localhost') ||
    // RFC 1122 §3.2.1.3, RFC 4291 §2.5.2: no address, by which systems connect to themselves.
    /^0(\.\d{1,3}){3}$/.test(host) ||
    host === '[::]' ||
    // RFC 4291 §2.5.5.2: the same of IPv4, mapped.
    /^\[::ffff:(7f[\da-f]{2}|[\da-f]{1,2}):[\da-f]{1,4}\]$/.test(host)
  )
}

/** Whose address is this machine's alone: nobody else is signed in there, so nobody else waits for mail. */
export const isOnDevelopersMachine = (issuer: Issuer): boolean =>
  issuer.startsWith('http:') && isLoopbackHost(new URL(issuer).hostname)

/**
 * RFC 8414 §2: an https URL without query and fragment; ours has no path either, since the management API needs the root.
 *
 * @returns the issuer, or a sentence saying what is wrong.
 */
export const parseIssuer = (text: string, allowHttp: boolean): { issuer: Issuer } | { problem: string } => {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return { problem: 'is not a URL; give an origin such as https://id.example.com' }
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { problem: 'must begin with https://' }
  if (url.origin !== text) {
    return { problem: `must be an origin alone, without path or trailing slash: ${url.origin}` }
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopbackHost(url.hostname)) {
    return {
      problem:
        'uses http outside this machine, so passwords and tokens could be read on the way; use https, or set LATCHKEY_ALLOW_INSECURE_ISSUER=true in a closed test network',
    }
  }
  return { issuer: text as Issuer }
}
