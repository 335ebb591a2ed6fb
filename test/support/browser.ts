/**
 * A browser without a screen: keeps cookies, submits the forms that are really on the page, and follows redirects as
 * long as they stay on the server.
 */
export interface TestBrowser {
  get(url: string): Promise<Visited>
  /**
   * Submits the form that holds the field or button, with its hidden fields and ticked boxes, as a browser would; a field
   * that is undefined is a box whose tick is taken away.
   */
  submit(visited: Visited, fields: Readonly<Record<string, string | undefined>>): Promise<Visited>
  cookie(name: string): string | undefined
  /** The value of the Cookie header for the server. */
  readonly cookies: ReadonlyMap<string, string>
}

export interface Visited {
  /** Where the browser ended up: a page of the server, or the first URL outside it. */
  readonly url: URL
  readonly status: number
  readonly body: string
  readonly headers: Headers
  /** The URL left the server: the body is empty. */
  readonly left: boolean
}

const MAXIMUM_REDIRECTS = 10

/** @param own headers that it sends each time, such as what it says it is */
export const createBrowser = (origin: string, own: Readonly<Record<string, string>> = {}): TestBrowser => {
  const cookies = new Map<string, string>()

  const send = async (url: URL, init: RequestInit): Promise<Visited> => {
    let target = url
    let options = init
    for (let hop = 0; hop <= MAXIMUM_REDIRECTS; hop++) {
      if (target.origin !== origin)
        return { url: target, status: 0, body: '', headers: new Headers(), left: true }
      const headers = new Headers({ ...own, ...(options.headers as Record<string, string> | undefined) })
      if (cookies.size > 0)
        headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
      const response = await fetch(target, { ...options, headers, redirect: 'manual' })
      remember(response)
      const location = response.headers.get('location')
      if (location === null || response.status < 300 || response.status >= 400) {
        const body = await response.text()
        return { url: target, status: response.status, body, headers: response.headers, left: false }
      }
      await response.arrayBuffer()
      target = new URL(location, target)
      options = { method: 'GET' }
    }
    throw new Error(`More than ${MAXIMUM_REDIRECTS} redirects, the last to ${target.pathname}`)
  }

  const remember = (response: Response): void => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const at = pair.indexOf('=')
      const expires = attributes.map((text) => /^\s*expires=(.*)$/i.exec(text)?.[1]).find(Boolean)
      if (expires !== undefined && Date.parse(expires) <= 0) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
  }

  return {
    cookies,
    cookie: (name) => cookies.get(name),
    get: (url) => send(new URL(url, origin), { method: 'GET' }),
    submit: (visited, fields) => {
      const form = formWith(visited.body, Object.keys(fields))
      const sent = Object.entries({ ...form.given, ...fields }).filter(([, value]) => value !== undefined)
      const body = new URLSearchParams(sent as [string, string][])
      const url = new URL(form.action, visited.url)
      // What a browser sends with a form of the same origin.
      return send(url, {
        method: 'POST',
        body,
        headers: { origin: url.origin, 'sec-fetch-site': 'same-origin' },
      })
    },
  }
}

/** The first form of a page that has all these fields or buttons; any form, if no field is named. */
const formWith = (html: string, names: readonly string[]) => {
  for (const [, attributes = '', content = ''] of html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    if (!names.every((name) => content.includes(`name="${name}"`))) continue
    const given: Record<string, string> = {}
    for (const [input] of content.matchAll(/<input[^>]*>/g)) {
      const type = attribute(input, 'type')
      if (type !== 'hidden' && !(type === 'checkbox' && /\schecked\b/.test(input))) continue
      given[attribute(input, 'name') ?? ''] = attribute(input, 'value') ?? ''
    }
    return { action: attribute(attributes, 'action') ?? '', given }
  }
  throw new Error(`No form with ${names.join(', ')} in: ${html.slice(0, 2000)}`)
}

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return value
    ?.replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
