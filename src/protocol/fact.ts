/*
 * Why a request failed, beside the reason: what was sent, what is registered, what was found. For developers, where they
 * may see it, and for the log. None holds a credential.
 */

export interface Fact {
  readonly origin: 'sent' | 'registered' | 'found'
  readonly label: string
  readonly values: readonly string[]
}

/** What came, as it came. */
export const sent = (label: string, value: string | undefined): Fact => ({
  origin: 'sent',
  label,
  values: value === undefined ? [] : [value],
})

/** What would have been right. */
export const registered = (label: string, values: readonly string[]): Fact => ({
  origin: 'registered',
  label,
  values,
})

/** What this server has to say about the two. */
export const found = (label: string, ...values: readonly string[]): Fact => ({
  origin: 'found',
  label,
  values,
})

const MAXIMUM_LOGGED_VALUES = 10

/** As the log may hold them. People paste tokens into anything they send: of that, what can be no token. */
export const loggableFacts = (facts: readonly Fact[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    facts.map(({ origin, label, values }) => {
      const kept = values.slice(0, MAXIMUM_LOGGED_VALUES)
      return [`${origin} ${label}`, origin === 'sent' ? kept.map(loggableText) : kept]
    }),
  )

const IDENTIFIER = /^[a-z_]{1,24}_[0-9A-HJKMNP-TV-Z]{26}$/

const loggableText = (text: string): string => {
  if (IDENTIFIER.test(text)) return text
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return '(not logged)'
  // A path holds what is asked for, seldom who asks; a long part of it may be anything.
  const path = url.pathname.replaceAll(/[^/]{33,}/g, '(long)').slice(0, 200)
  return `${url.origin}${path}${url.search === '' && url.hash === '' ? '' : '?(not logged)'}`
}
